"""Files of class models."""
