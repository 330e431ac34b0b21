"""Migrations of the operational store, oldest first."""
