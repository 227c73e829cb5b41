"""One archive with everything an installation keeps, and its way back.

The archive is a zip: ``tables/APP.MODEL.jsonl`` hold the rows, a line each, in JSON's own types, so that a
backup of SQLite goes into PostgreSQL and the other way round; ``uploads/`` holds the files that the rows
name; ``erasures.jsonl`` is the list of people to be erased again; ``backup.json`` says what all this is. What
only lives for a while (sessions, signs of workers, failed sign-ins, mails that were sent) stays out.
"""
