"""The broker's client, and where lines are remembered."""
