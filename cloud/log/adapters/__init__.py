"""Places where the log can live."""
