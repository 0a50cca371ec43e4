"""What an earlier run left, put right before the next one begins; and one run of a stack at a time."""
