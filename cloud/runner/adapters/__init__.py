"""Where assessments and snapshots are kept."""
