"""What ends when an account that works is replaced or changed, in words for the plan (R29–R35).

`live` is what the portal has, `news` what is declared; the provider classes in `providers.chaman` say when this is asked.
Under another name comes another account: the old one then goes where this client made it, and stays where it was adopted.
"""

from __future__ import annotations

from providers.base import Props

MADE_HERE = "madeHere"
"""Of `live`: whether this client made it."""


def losses_of_ftp(live: Props, news: Props) -> list[str]:
    """Files left in the folder, a user name, a password, an authorization."""
    name, lost = f"FTP account {live['accountName']}", []
    if live["accountName"] != news["accountName"]:
        folder = f"{name} goes, and with it the files that are left in its folder: fetch them before (R29)"
        return [folder] if live[MADE_HERE] else []
    if live.get("username") != news["username"]:
        lost.append(f"{name} opens to the user name {live.get('username')} no longer (R30)")
    if live.get("password") != news["password"]:
        lost.append(f"{name} accepts only the declared password from now on: hand it over (R32)")
    if gone := [code for code in live.get("authorizations") or () if code not in news["authorizations"]]:
        lost.append(f"{name} no longer gets {', '.join(gone)} (R29)")
    return lost


def losses_of_rest(live: Props, news: Props) -> list[str]:
    """Requests that nobody reads until the new account works."""
    if not live.get("management"):
        return []  # no account yet, so nothing that works
    name, parts = f"REST account {live['accountName']}", ("accountName", "supplier")
    if all(live.get(part) == news.get(part) for part in parts):
        gone = [code for code in live.get("authorizations") or () if code not in news["authorizations"]]
        return [f"{name} is no longer authorised for {', '.join(gone)} (R33)"] if gone else []
    if live["accountName"] != news["accountName"] and not live[MADE_HERE]:
        return []
    supplier = news.get("supplier")
    until = f"{supplier} has accepted" if supplier else "the software signs in with the new certificate"
    return [f"{name} works now and ends: requests of OCMW Online are not read until {until} (R33, R35)"]
