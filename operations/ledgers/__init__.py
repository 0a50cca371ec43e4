"""What the ledger says of each run: read back, counted, told to people and programs."""
