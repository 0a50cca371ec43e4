"""The language of a declaration: what people may write in `fusions/<name>.yaml`, and what is wrong with it where.

    from schemas.loading import load_declaration
    from schemas.secrets import load_secrets

    fusion = load_declaration(path, load_secrets(secrets_path))

Nothing is imported here: whoever needs only an error class or a check digit does not pay for pydantic, a tenth of a second
of every preview in a process that never reads a declaration.
"""
