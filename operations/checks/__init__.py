"""What `fusion check` asks: a module for each system, with its questions and what the answers mean.

Everything is read with `ReadingPortal`, which has no way to write; of an FTP account's folder files are copied and never
taken away, though the portal notes that they were fetched; no document and no request is marked as read.
"""
