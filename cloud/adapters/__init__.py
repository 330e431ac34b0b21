"""The machine's clock, figures for Prometheus and the log of events."""
