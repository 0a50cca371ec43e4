"""The data of a portal's first moment (`waves/`) and its generator (`python -m emulator.seeds.generate`)."""
