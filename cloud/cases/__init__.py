"""Cases: pure alarm logic in `alarm`, and what opens, updates and closes them."""
