"""Generated calls against the emulated portal: what its documents allow, and what they do not (schemathesis)."""
