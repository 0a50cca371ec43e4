"""The language of a declaration: what people may write in `fusions/<name>.yaml`, and what is wrong with it where.

    fusion = load_declaration(path, load_secrets(secrets_path))

Names are imported when they are first used: whoever needs only an error class or a check digit does not pay for pydantic.
"""
