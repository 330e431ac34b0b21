"""Where recorded data lie."""
