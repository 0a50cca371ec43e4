"""Integrations: forms of running dossiers and A036 attestations (R06-R11)."""
