"""The commands of `fusion fleet`, put together in `group`."""
