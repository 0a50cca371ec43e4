"""ChaMan: the sender, FTP and REST accounts, and their certificates (R27-R46)."""
