"""Every sample of every signal, for ever or as long as it is wanted: Parquet, fed by the log."""
