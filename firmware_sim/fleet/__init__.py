"""Whole fleets whose truth is known: weather, use, physics, faults, and what the cloud gets to see of it."""
