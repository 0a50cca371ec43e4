"""The language of a declaration: what people may write in `fusions/<name>.yaml`, and the findings about it.

    from schemas.loading import load_declaration
    from schemas.secrets import load_secrets

    fusion = load_declaration(path, load_secrets(secrets_path))

Nothing is imported here: a process that needs only an error class or a check digit, and never reads a declaration, does not
pay for pydantic (a tenth of a second of every preview).
"""
