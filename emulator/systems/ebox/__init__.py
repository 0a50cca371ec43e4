"""The E-Box (R61)."""
