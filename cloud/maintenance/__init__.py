"""Maintenance: what is due by distance, date and predicted condition."""
