"""What bodies look like: pydantic models of requests, which validate, and of answers, which the OpenAPI documents show.

Imported at the first write or document only: reading the portal does without pydantic. One module per API; the route
tables name a model as `module:Class`.
"""
