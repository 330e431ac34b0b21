"""Who helps where, with what and for how much: the partners' terms, areas, trucks and the plan of who goes."""
