"""Fault codes over time: what each control unit lists, listed and lists no more."""
