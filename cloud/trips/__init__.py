"""Trips, exposure and what was harsh in them: from speed and acceleration, without a position."""
