"""What an insurer may see: risk signals under a pairwise pseudonym, where consent says so."""
