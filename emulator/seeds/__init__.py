"""The data of a portal's first moment (`portal.json`) and what writes it (`python -m emulator.seeds.generate`)."""
