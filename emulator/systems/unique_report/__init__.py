"""Uniek verslag (R62, R63)."""
