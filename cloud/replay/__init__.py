"""Any recorded data set through scoring and the decision rule, by a file that says what its columns mean."""
