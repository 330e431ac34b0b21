"""Scoring as a consumer of the log: state = snapshot + replay."""
