"""Where charging points are kept."""
