"""ISO-TP, OBD-II and UDS, signal sets and fault codes: pure, but for the guard's port."""
