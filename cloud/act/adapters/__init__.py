"""Adapters: the vehicles' lines, HTTP, and the fast path of emergencies."""
