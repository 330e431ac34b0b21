"""Where trips are kept."""
