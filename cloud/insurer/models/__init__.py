"""Claim models on a table of policies: how often and how much, with what shows whether they are right."""
