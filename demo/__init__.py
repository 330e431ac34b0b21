"""The whole loop on one machine: starts the real commands as processes and watches what comes of it."""
