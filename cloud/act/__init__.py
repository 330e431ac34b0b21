"""Acting on scores: the consumer, the clock's tick, emergencies and the outbox."""
