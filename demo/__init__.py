"""Starts the real commands as processes and watches the loop close; imports none of them."""
