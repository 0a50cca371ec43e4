"""The plan of a fusion as steps for a person, screen by screen, with the manual's own labels.

`manual` has what the manual says, as data. `steps` makes of it, of the declaration and of `stacks.plan` the steps of one
fusion; `standing` says which of them are done, by the engine's own preview and by what people noted (`notes`). `view` says
all that in a language; `as_markdown`, `as_html` and `as_calendar` write it down.
"""
