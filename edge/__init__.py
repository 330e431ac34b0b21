"""The agent that rides in the car: reads it politely, loses nothing, speaks when it can."""
