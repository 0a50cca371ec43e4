"""Findings as other programs show them: annotations, and a module for each format that writes them."""
