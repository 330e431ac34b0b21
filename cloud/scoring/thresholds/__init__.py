"""How high a threshold must be so that a whole fleet stays within its budget of false alarms."""
