"""The picture of an analysis's network: kept when it is computed, read for pages, never changed."""
