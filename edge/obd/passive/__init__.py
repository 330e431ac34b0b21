"""Cars that are only listened to: frames decoded by a table that was compiled from a DBC, and J1939. Pure."""
