"""Projects to rehearse in: what a checkout needs for it, project folders apart, and the smoke run over all fusions."""
