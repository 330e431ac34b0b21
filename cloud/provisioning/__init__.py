"""How a dongle becomes a car of the fleet: a claim that works once, a key that never leaves the device."""
