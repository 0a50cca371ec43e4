"""The commands of `fusion emulator`, put together in `group`."""
