"""The commands of `fusion supplier`."""
