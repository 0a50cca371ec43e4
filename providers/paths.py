"""Every path of the portal's API that the client uses, system by system (docs/portal-api.md).

Providers, checks and stories ask here and compose none; whoever puts a name of the API behind a number takes it from here
(`below`, `screen`, the journal of a story, benchmarks). `number` is an enterprise number, ten digits without dots. Whatever
people or the portal give, names, codes and ids, is quoted here: it stays one part of the path.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

ACCESS = "/REST/accessManagement/v1/organizations"
CHAMAN = "/REST/chaman/v1/organizations"
CONFIGURATION = "/REST/ocmwConfiguration/v1/organizations"
INTEGRATIONS = "/REST/integrations/v1/organizations"
E_BOX = "/REST/eBox/v1/organizations"
UNIQUE_REPORT = "/REST/uniqueReport/v1/organizations"
OCMW_ONLINE = "/REST/ocmwOnline/v1/organizations"
DELEGATIONS = "/REST/delegations/v1/suppliers"
"""Of a supplier: what all centres delegate to it."""
SIGN_IN = "/REST/oauth/v5/token"
PORTAL = "/REST/signIn/v1/portal"
"""Which portal it is; one that has no such path tells nobody."""

OWN_ORGANIZATIONS = "/REST/signIn/v1/organizations"
WITH_CONTENTS = (ACCESS, CHAMAN, CONFIGURATION)
"""The APIs that show all that they have of an organisation in one collection. A portal may do without."""

# What stands behind the organisation's number, or behind a domain's code.
CHIEF_ACCESS_MANAGERS = "chiefAccessManagers"
DOMAINS = "domains"
ACCESS_MANAGERS = "accessManagers"
USERS = "users"
SENDER = "sender"
CERTIFICATES = "certificates"
FTP_ACCOUNTS = "ftpAccounts"
REST_ACCOUNTS = "restAccounts"
DELEGATION_REQUESTS = "delegationRequests"
MUTATIONS = "mutations"
TECHNICAL_PROVIDERS = "technicalProviders"
CONTACT_DETAILS = "contactDetails"
NOTIFICATIONS = "ocmwOnline"
BOX = "box"
DOCUMENTS = "documents"
REPORTS = "reports"
REQUESTS = "requests"
ACCOUNTS = "accounts"
CONTENTS = "contents"


def name_of(api: str) -> str:
    """The API's own name, as in scopes and change tags: `chaman`."""
    return api.split("/")[2]


def below(api: str, number: str, name: str) -> str:
    """What an organisation has at an API, by its name there: so retained things are found (`providers.kinds`)."""
    return f"{api}/{number}/{name}"


def api_of(path: str) -> str:
    """The API of a path about an organisation, as it is named above: `CHAMAN`."""
    return "/".join(path.split("/")[:5])


def contents(api: str, number: str, page_size: int) -> str:
    """All that an API of `WITH_CONTENTS` shows of an organisation."""
    return f"{below(api, number, CONTENTS)}?pageSize={page_size}"


def behind(path: str) -> str:
    """What stands behind the number in a path about an organisation, as plain text, without a query; "" for nothing."""
    return unquote("/".join(path.partition("?")[0].split("/")[6:]))


def changes(number: str) -> str:
    """Whether anything changed that an organisation shows: a tag for each system. A portal may do without."""
    return f"{OWN_ORGANIZATIONS}/{number}/changes"


# -- Toegangsbeheer -------------------------------------------------------------------------------------------------------


def organization(number: str) -> str:
    """When it is active, and the copy of its access."""
    return f"{ACCESS}/{number}"


def chief_access_managers(number: str) -> str:
    return f"{ACCESS}/{number}/{CHIEF_ACCESS_MANAGERS}"


def domains(number: str) -> str:
    return f"{ACCESS}/{number}/{DOMAINS}"


def in_domain(number: str, domain: str, name: str) -> str:
    """`name`: `ACCESS_MANAGERS` or `USERS`."""
    return f"{domains(number)}/{_quoted(domain)}/{name}"


def access_managers(number: str, domain: str) -> str:
    return in_domain(number, domain, ACCESS_MANAGERS)


def users(number: str, domain: str) -> str:
    return in_domain(number, domain, USERS)


def user(number: str, domain: str, portal_id: str) -> str:
    return f"{users(number, domain)}/{_quoted(portal_id)}"


def user_deletions(number: str, domain: str) -> str:
    return f"{users(number, domain)}/deletions"


# -- ChaMan ---------------------------------------------------------------------------------------------------------------


def sender(number: str) -> str:
    return f"{CHAMAN}/{number}/{SENDER}"


def certificates(number: str) -> str:
    return f"{CHAMAN}/{number}/{CERTIFICATES}"


def certificate(number: str, file_name: str) -> str:
    return f"{certificates(number)}/{_quoted(file_name)}"


def ftp_accounts(number: str) -> str:
    return f"{CHAMAN}/{number}/{FTP_ACCOUNTS}"


def ftp_account(number: str, name: str) -> str:
    return f"{ftp_accounts(number)}/{_quoted(name)}"


def rest_accounts(number: str) -> str:
    return f"{CHAMAN}/{number}/{REST_ACCOUNTS}"


def rest_account(number: str, name: str) -> str:
    return f"{rest_accounts(number)}/{_quoted(name)}"


def delegation_request(number: str, name: str) -> str:
    return f"{CHAMAN}/{number}/{DELEGATION_REQUESTS}/{_quoted(name)}"


# -- ChaMan, the supplier's side: `supplier` is a code -------------------------------------------------------------------


def supplier_requests(supplier: str) -> str:
    """The delegation requests to a supplier, of all centres."""
    return f"{DELEGATIONS}/{_quoted(supplier)}/{REQUESTS}"


def supplier_request(supplier: str, number: str, account: str) -> str:
    return f"{DELEGATIONS}/{_quoted(supplier)}/organizations/{number}/{REQUESTS}/{_quoted(account)}"


def supplier_accounts(supplier: str) -> str:
    """The accounts whose certificates a supplier manages, of all centres."""
    return f"{DELEGATIONS}/{_quoted(supplier)}/{ACCOUNTS}"


def supplier_account(supplier: str, number: str, account: str) -> str:
    return f"{DELEGATIONS}/{_quoted(supplier)}/organizations/{number}/{ACCOUNTS}/{_quoted(account)}"


# -- OCMW-configuratie ----------------------------------------------------------------------------------------------------


def screen(number: str, name: str) -> str:
    """`name`: `MUTATIONS` to `NOTIFICATIONS`."""
    return f"{CONFIGURATION}/{number}/{name}"


# -- Integraties: `kind` is forms or attestations, `merger_on` a date -----------------------------------------------------


def forms(number: str, kind: str) -> str:
    return f"{INTEGRATIONS}/{number}/{kind}"


def running_forms(number: str, kind: str) -> str:
    return f"{forms(number, kind)}?status=running"


def form_stops(number: str, kind: str) -> str:
    return f"{forms(number, kind)}/stops"


def form_successions(number: str, kind: str) -> str:
    return f"{forms(number, kind)}/successions"


def merger_work(number: str, merger_on: str) -> str:
    """How many forms are left, by kind and quality code."""
    return f"{INTEGRATIONS}/{number}/work?mergerOn={merger_on}"


def merger_work_items(number: str, kind: str, merger_on: str, step: str, page_size: int) -> str:
    """The forms that are left of a step: stop, enter or ended."""
    return f"{INTEGRATIONS}/{number}/work/{kind}?mergerOn={merger_on}&step={step}&pageSize={page_size}"


def predecessor(number: str, predecessor_number: str, merger_on: str) -> str:
    """Whether a number takes over the forms of another."""
    return f"{INTEGRATIONS}/{number}/predecessors/{predecessor_number}?mergerOn={merger_on}"


# -- E-Box, Uniek verslag, OCMW Online ------------------------------------------------------------------------------------


def e_box(number: str) -> str:
    return f"{E_BOX}/{number}/{BOX}"


def documents(number: str) -> str:
    """Those of its E-Box."""
    return f"{E_BOX}/{number}/{DOCUMENTS}"


def unread_documents(number: str, page_size: int) -> str:
    return f"{documents(number)}?unread=true&pageSize={page_size}"


def document_read(number: str, document: str) -> str:
    """Whether somebody has read it."""
    return f"{documents(number)}/{_quoted(document)}/read"


def unique_reports(number: str) -> str:
    return f"{UNIQUE_REPORT}/{number}/{REPORTS}"


def unique_report(number: str, year: int) -> str:
    return f"{unique_reports(number)}/{year}"


def subsidies() -> str:
    """The codes that a Uniek verslag may name."""
    return "/REST/uniqueReport/v1/refData/subsidies"


def online_requests(number: str, page_size: int) -> str:
    return f"{OCMW_ONLINE}/{number}/{REQUESTS}?pageSize={page_size}"


REHEARSAL_FOLDERS = "/rehearsal/v1/folders"
"""Where an emulated portal serves the FTP accounts' folders; a real one has no such path."""


def _quoted(name: str) -> str:
    # Dots alone would be steps, which clients and proxies walk before they send.
    return quote(name, safe="") if name.strip(".") else name.replace(".", "%2E")
