"""Where the simulator touches the machine: ptys, the bus, files, HTTP."""
