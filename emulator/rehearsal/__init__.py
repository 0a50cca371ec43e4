"""What a rehearsal does with its portal beside using it: faults, limits, checkpoints, records."""
