"""Adapters: the tables of scores, the log, and HTTP."""
