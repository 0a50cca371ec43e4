"""OCMW-configuratie (R48-R59)."""
