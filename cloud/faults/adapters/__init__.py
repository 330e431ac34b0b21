"""Reading what others know of fault codes."""
