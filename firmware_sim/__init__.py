"""Simulated ECUs, vehicles, fleets and faults, with the truth attached; shares no code with what it tests."""
