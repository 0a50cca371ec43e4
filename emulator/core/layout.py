"""How the portal's file is laid out.

`PRAGMA user_version` in the file is its layout; 0 is an empty file. A change of `SCHEMA` raises `VERSION`, adds a step to
`migrations`, which brings a file of the earlier layout to today's, and adds a file of that layout to
`tests/emulator/seeds/layouts`. The step from 1 makes missing tables out of `SCHEMA`, so a later step that adds a column
looks first whether it is there.
"""

from __future__ import annotations

from collections.abc import Iterator

VERSION = 5

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE organizations (
    enterprise_number TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    nis_code TEXT NOT NULL,
    active_from TEXT,        -- a date; NULL: since before the rehearsal
    status TEXT NOT NULL,    -- active, inactive
    copied_on TEXT,          -- the date of the RSZ's copy
    awaits_copy INTEGER NOT NULL DEFAULT 0,
    merged_into TEXT,        -- the number that goes on, from `merged_on` (a date); NULL: it goes on itself
    merged_on TEXT,
    nis_since TEXT           -- the date of its NIS code, where the number had another before
) WITHOUT ROWID;

-- A person's number in answers, the same at every organisation; only the portal knows which INSZ it stands for.
CREATE TABLE persons (person_id TEXT PRIMARY KEY, ssin TEXT NOT NULL UNIQUE) WITHOUT ROWID;

-- What people save: a screen, a named thing or a user. `body` is its JSON as it was saved.
CREATE TABLE resources (
    seq INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    natural_key TEXT,        -- unique among its kind where `key` is the portal's own (a user's person)
    body TEXT NOT NULL,
    secret TEXT,             -- a password's hash; never part of an answer
    etag INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (organization, kind, key),
    UNIQUE (organization, kind, natural_key)
);
-- User names of FTP accounts are unique over the whole portal.
CREATE TABLE usernames (username TEXT PRIMARY KEY COLLATE NOCASE, organization TEXT NOT NULL, account TEXT NOT NULL)
    WITHOUT ROWID;

-- What the calendar brings: done in order of `due_at`, each exactly once, when the clock passes it.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    due_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
);

-- `scopes`: separated by spaces; NULL: all that there are. `supplier`: for whom it answers; NULL: it acts for centres.
CREATE TABLE clients (client_id TEXT PRIMARY KEY, public_key TEXT NOT NULL, scopes TEXT, supplier TEXT)
    WITHOUT ROWID;
CREATE TABLE assertions (client_id TEXT NOT NULL, jti TEXT NOT NULL, expires INTEGER NOT NULL,
    PRIMARY KEY (client_id, jti)) WITHOUT ROWID;
-- `person_id`: who works through the client; NULL: the client itself. `acting_for`: a centre's number, or a supplier's code.
-- NULL: not chosen yet.
CREATE TABLE tokens (digest TEXT PRIMARY KEY, client_id TEXT NOT NULL, acting_for TEXT, person_id TEXT,
    scopes TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE faults (id INTEGER PRIMARY KEY, rule TEXT NOT NULL, met INTEGER NOT NULL DEFAULT 0,
    made INTEGER NOT NULL DEFAULT 0);
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    acting_for TEXT,
    client TEXT,
    status INTEGER NOT NULL,
    fault TEXT,
    person TEXT,             -- the portal's number for who worked through the client
    outcome INTEGER          -- the call's own status, where a fault answered another; NULL: it was not carried out
);

-- Forms of running dossiers and multifunctional attestations (A036), each about one person in one quality.
CREATE TABLE forms (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    organization TEXT NOT NULL,
    kind TEXT NOT NULL,      -- form, attestation
    quality_code TEXT NOT NULL,
    person_id TEXT NOT NULL,
    reference TEXT NOT NULL, -- the dossier's number in the centre's software
    start_date TEXT NOT NULL,
    end_date TEXT,           -- NULL: it is running
    status TEXT NOT NULL CHECK (status = CASE WHEN end_date IS NULL THEN 'running' ELSE 'stopped' END),
    locked_until TEXT,       -- a date before which nothing of it can be changed
    predecessor TEXT,        -- the form that this one continues, at the number that it was under before
    successor TEXT,          -- the form that continues this one; the same link from its other end
    planned_end TEXT,        -- the date on which it was to end before a merger stopped it; its successor ends then
    stopped_for TEXT,        -- the day of the merger that it was stopped for, where that was said
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE UNIQUE INDEX forms_continued ON forms (predecessor) WHERE predecessor IS NOT NULL;
-- Each ends in `seq`: a page is read from where the one before it ended.
CREATE INDEX forms_listed ON forms (organization, kind, status);
CREATE INDEX forms_of_quality ON forms (organization, kind, quality_code, status);
CREATE INDEX forms_of_person ON forms (organization, kind, person_id, quality_code, start_date, end_date);
CREATE INDEX forms_left ON forms (organization, kind, end_date, quality_code)
    WHERE end_date IS NOT NULL AND successor IS NULL;
-- What a merger leaves to do (`merger_work`), counted and in pages.
CREATE INDEX forms_to_stop ON forms (organization, kind, quality_code, start_date, locked_until)
    WHERE end_date IS NULL;
CREATE INDEX forms_to_enter ON forms (organization, kind, end_date)
    WHERE end_date IS NOT NULL AND successor IS NULL;

-- What the E-Box holds.
CREATE TABLE documents (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    organization TEXT NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    received_at TEXT NOT NULL,
    read_at TEXT
);
CREATE INDEX documents_listed ON documents (organization, seq);

-- What lies in the folder of an FTP account (its name is older than that word), and what was sent and reached nobody.
CREATE TABLE box_files (
    seq INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,      -- mutations, novaPrima
    content BLOB NOT NULL,
    received_at TEXT NOT NULL,
    fetched_at TEXT,
    UNIQUE (organization, account, name)
);
CREATE TABLE mutations (
    seq INTEGER PRIMARY KEY,
    sent_at TEXT NOT NULL,
    organization TEXT NOT NULL,
    type TEXT NOT NULL,
    person_id TEXT NOT NULL,
    outcome TEXT NOT NULL    -- delivered, unticked, noChannel
);
CREATE INDEX mutations_listed ON mutations (organization, seq);

-- OCMW Online: requests for help, with whom they are now and to whom they were sent, and the mails about them.
CREATE TABLE aid_requests (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    organization TEXT NOT NULL,
    submitted_to TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    person_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    read_at TEXT
);
CREATE INDEX aid_requests_listed ON aid_requests (organization, seq);
CREATE INDEX aid_requests_unread ON aid_requests (organization, seq) WHERE read_at IS NULL;
CREATE TABLE mails (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    organization TEXT NOT NULL,
    recipient TEXT NOT NULL,
    kind TEXT NOT NULL,      -- newRequest, unreadReminder
    subject TEXT NOT NULL,
    text TEXT NOT NULL
);

-- How often something changed that an organisation shows, by part (`change_tags`): kept by the triggers below, in the
-- transaction of the change itself, whoever makes it.
CREATE TABLE changes (organization TEXT NOT NULL, part TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (organization, part)) WITHOUT ROWID;
"""

_PARTS = {
    "organizations": ("enterprise_number", "''"),
    "resources": ("organization", "{row}.kind"),
    "forms": ("organization", "'forms'"),
    "documents": ("organization", "'documents'"),
    "aid_requests": ("organization", "'aidRequests'"),
}
"""The tables that the portal's answers are made from: of each row the organisation, and the part that it is of."""


def _triggers() -> Iterator[str]:
    """Each on one line: whoever makes a file splits `SCHEMA` at a semicolon with a line's end."""
    for table, (organization, part) in _PARTS.items():
        for event, rows in {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}.items():
            counted = " ".join(
                f"INSERT INTO changes VALUES ({row}.{organization}, {part.format(row=row)}, 1)"  # noqa: S608 - ours
                " ON CONFLICT (organization, part) DO UPDATE SET count = count + 1;"
                for row in rows
            )
            yield f"CREATE TRIGGER {table}_{event.lower()} AFTER {event} ON {table} BEGIN {counted} END;\n"


TRIGGERS = "".join(_triggers())
SCHEMA = TABLES + TRIGGERS
