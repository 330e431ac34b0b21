"""What the edge promises the cloud: signals, messages, topics and the one codec."""
