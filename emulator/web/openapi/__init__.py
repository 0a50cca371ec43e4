"""The OpenAPI 3.1 documents, from the same tables as the routes; imported when one is asked for."""
