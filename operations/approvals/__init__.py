"""What is approved is what is applied: a digest over a plan and what it was made from, and an `up` that is held to it."""
