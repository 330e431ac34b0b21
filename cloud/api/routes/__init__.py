"""The routes under /v1: each translates, none has an opinion."""
