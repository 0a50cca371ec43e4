"""Signing in, as software and as a person (contract, section 2)."""
