"""The demonstration organisation: invented people, a realistic company, one initiative."""
