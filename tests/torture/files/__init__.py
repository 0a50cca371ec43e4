"""Mutated declarations and secrets files: whatever people write, they get findings with places, and no secret back."""
