"""Portal time, and what it brings."""
