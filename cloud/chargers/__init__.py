"""Charging points: where they are, whom they suit, and how far the nearest is."""
