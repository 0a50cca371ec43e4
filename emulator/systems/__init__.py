"""The portal's systems, a folder each, named as the manual's chapters.

In each, `api` has the operations, `models` the bodies and the manual's rules on them, `store` how they are kept.
"""
