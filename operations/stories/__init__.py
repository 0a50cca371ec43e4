"""Stories: a fusion lived through on an emulated portal of its own, step by step, with the real engine.

`language` says what a story may say, `play` does it, `hands` are the people in it, `ledger` keeps the portal's journal by
step, `expectations` and `portal_facts` judge, `report` tells.
"""
