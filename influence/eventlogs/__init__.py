"""Event logs and collaboration records: files in, people recognised, ties between them out."""
