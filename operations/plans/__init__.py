"""What a preview would do, for people and programs: read from the engine's own preview, and from nothing else.

`preview` runs the engine, `reading` makes the plan (`model`) of what it says. `view` says a plan in a language. `as_text`,
`as_markdown` and `as_html` write that down, and know nothing else.
"""
