"""Pull requests: what one changes, validated and planned by the base branch's program, as one comment at its host."""
