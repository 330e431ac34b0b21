"""The embedded MQTT broker, on loopback only: a pipe whose topics are bound to the authenticated user."""
