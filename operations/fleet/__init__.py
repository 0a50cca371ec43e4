"""Many stacks in one run of the engine's commands: several at once, one table, one exit code."""
