"""What people type: a module for each command, with its options, one call of the module that does it, and what is printed.

Heavy modules are imported where they are used, so that `fusion --help` is quick.
"""
