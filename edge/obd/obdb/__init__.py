"""OBDb's published signal sets: read, checked against the answers recorded with them, and turned into sets of ours.

Facts about the format are from the schema and the reference decoder of github.com/OBDb/.schemas. The running agent
uses nothing of this.
"""
