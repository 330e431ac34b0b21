"""Parquet files and the index that says which of them count."""
