"""Access management (R12-R21)."""
