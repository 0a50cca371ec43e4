"""The data of a portal's first moment (`waves/`) and what writes it (`python -m emulator.seeds.generate`)."""
