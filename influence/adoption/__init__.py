"""What the record of adoption says: where people stand, who came after whom, what went with it."""
