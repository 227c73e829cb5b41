"""The rights of the people in the data: to see what is kept of them, and to have it erased."""
