"""HTTP: from a request to its operation, and back."""
