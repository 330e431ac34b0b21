"""How unlike the rest of its class a vehicle is: a reason to look at it, never to send anybody."""
