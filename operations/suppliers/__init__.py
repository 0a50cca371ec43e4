"""The supplier's side: the requests of all its centres, and the certificates that it uploads for them (R34-R37)."""
