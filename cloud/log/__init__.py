"""The durable log that every consumer reads and that alone is the truth."""
