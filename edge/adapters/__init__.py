"""Where the agent touches the world: bus, disk, broker, clocks, and the dongle's own wires."""
