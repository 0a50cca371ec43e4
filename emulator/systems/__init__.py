"""The portal's systems, a folder each, named as the manual's chapters.

In each, `api` has the operations, and `models` the bodies and the manual's rules on them. Where a system keeps more than
whole bodies, `store` says how.
"""
