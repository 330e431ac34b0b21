"""Claims in SQLite, the authority in files."""
