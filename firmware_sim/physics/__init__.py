"""How batteries, tyres, packs and engines behave: pure functions of state and seconds, in domain time."""
