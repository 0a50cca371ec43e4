"""Stories: a fusion lived through on an emulated portal of its own, step by step, with the real engine.

`language` says what a story may say, and `play` carries it out; `manual_actions` is what people do in it. `journal_check`
holds the portal's journal against the declaration, `expectations` and `portal_state` judge each step. `results` is what came
of it, `timeline` sorts that by system, `report` and `system_report` print it.
"""
