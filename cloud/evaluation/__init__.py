"""A fleet whose truth is known, through the service's own path: what was found, when, how surely, at what cost."""
