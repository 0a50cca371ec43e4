"""The commands of `fusion certificate`, put together in `group`."""
