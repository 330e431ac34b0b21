"""Side-by-side ratios against peers: the same machine, the same run, the same work or less."""
