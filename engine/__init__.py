"""How the pinned Python environment and Pulumi engine get onto a machine that has neither (see docs/engine.md)."""
