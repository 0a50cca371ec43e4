"""What the portal is made of: its file, what it keeps there, and the shape of its operations."""
