"""The list of chief access managers (HTB) for Flanders: what stands in it, and its form as an Excel file (R13, R14)."""
