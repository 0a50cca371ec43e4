"""A rehearsal's controls of its portal, over HTTP: faults, limits, checkpoints, records."""
