"""Rescues: the job state machine, the choice of a partner, offers, promises and positions."""
