"""The manual's rules broken in the portal's source, one small change each: tests must notice every one of them.

`tests.emulator.rules_proof` carries them out on a copy. `old` stands once in its file.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Broken:
    """How `rule` is broken: `old` becomes `new` in a file under `emulator/`."""

    rule: str
    file: str
    old: str
    new: str


_RIGHTS, _CHAMAN, _REST = (
    "systems/access_management/rights.py",
    "systems/chaman/models.py",
    "systems/chaman/rest_accounts.py",
)
_CERTIFICATES, _CONFIGURATION, _KEPT = (
    "systems/chaman/certificate_rules.py",
    "systems/ocmw_configuration/models.py",
    "systems/chaman/certificates.py",
)
_SENDER = "if known is None:\n        raise problems.not_yet("

_DECISIONS = "systems/chaman/delegations.py"
_FOLDERS = "systems/chaman/ftp_folders.py"
_BATCHES, _ONLINE, _REPORTS = (
    "systems/integrations/batches.py",
    "systems/ocmw_online/api.py",
    "systems/unique_report/api.py",
)
_INTEGRATIONS = "systems/integrations/api.py"
_COPY = "systems/access_management/rsz_copy.py"
_MUTATIONS = "calendar/mutations.py"
_NOVA_PRIMA = "calendar/nova_prima.py"
_ACCESS = "systems/access_management/api.py"
_FORMS = "systems/integrations/store.py"
_ACCESS_BODIES = "systems/access_management/models.py"
_ORGANIZATIONS = "core/organizations.py"
_REMINDERS = "systems/ocmw_online/reminders.py"
# Sends again, day by day, what a type that is ticked now had brought while it was not.
_CATCH_UP = """arriving = [
            json.dumps({"type": type_, "personId": person, "date": sent_at[:10]}) + "\\n"
            for type_, person, sent_at in connection.execute(
                "SELECT type, person_id, sent_at FROM mutations WHERE organization = ? AND outcome = 'unticked'",
                (number,),
            )
            if type_ in ticked
        ]"""

BROKEN = (
    # Running dossiers and A036
    Broken("R06", _BATCHES, "if merged_on is not None and end_date >= merged_on:", "if False:"),
    Broken(
        "R06", _BATCHES,
        "organizations.merger_day(call.connection, call.organization)",
        "call.organization.merged_on",
    ),
    Broken(
        "R06", _INTEGRATIONS,
        "organizations.merger_day(call.connection, call.organization)",
        "call.organization.merged_on",
    ),
    Broken("R06", _BATCHES, "form.end_date is not None and not past", "form.end_date is not None"),
    Broken("R06", _BATCHES, "    if form.end_date is None:\n", "    if False:\n"),
    Broken("R06", _BATCHES, "if form.end_date != before:", "if False:"),
    Broken("R06", _BATCHES, 'if call.body["startDate"] != day:', "if False:"),
    Broken("R06", _INTEGRATIONS, 'if merged_on is not None and body["startDate"] >= merged_on:', "if False:"),
    Broken(
        "R07", _BATCHES,
        "return centre.merged_on if centre.merged_into == under.enterprise_number else None",
        "return None",
    ),
    Broken("R07", _BATCHES, " if centre.merged_into == under.enterprise_number else None", ""),
    Broken("R08", _BATCHES, "return under.nis_since", "return None"),
    Broken("R06", _BATCHES, "end_date=form.planned_end,", "end_date=None,"),
    Broken("R15", _ACCESS, 'NEEDS = (Need.ACTIVE, Need.ACCESS)', 'NEEDS = (Need.ACTIVE,)'),
    Broken("R09", _BATCHES, "return under.nis_since", 'return under.nis_since or "2025-01-01"'),
    Broken("R10", _FORMS, "CASE WHEN count(*) = count(end_date) THEN max(end_date) END", "NULL"),
    Broken("R10", _FORMS, "count(*) = count(end_date)", "count(end_date)"),
    Broken(
        "R11", _INTEGRATIONS,
        "FormKind(\n    forms_store.ATTESTATION,",
        "FormKind(\n    forms_store.FORM,",
    ),
    # Access management
    Broken("R12", _ORGANIZATIONS, 'if organization.status != "active":', "if False:"),
    Broken(
        "R15",
        _COPY,
        'sources = [number for number in data["from"] if number != merged]',
        'sources = data["from"][:1]',
    ),
    Broken("R15", _COPY, "user.body if known is None else _both(known, user.body)", "user.body"),
    Broken("R15", _COPY, "person for person in before if person not in chiefs", "*before"),
    Broken("R16", _RIGHTS, 'Permission("R16", frozenset({CHIEF}))', 'Permission("R16", _MANAGERS | {CHIEF})'),
    Broken(
        "R16", _ACCESS,
        'if call.person is not None and current != call.body["accessManager"]',
        "if False and call.body",
    ),
    Broken("R16", "systems/access_management/store.py", '*body.get("coChiefAccessManagers", ()),', ""),
    Broken(
        "R17", _RIGHTS,
        '"addUsers": Permission("R17", frozenset({CHIEF, MANAGER, CO_MANAGER}))',
        '"addUsers": Permission("R17", ANYBODY)',
    ),
    Broken(
        "R17", _RIGHTS,
        '"removeUsers": Permission("R17", frozenset({CHIEF, MANAGER}))',
        '"removeUsers": Permission("R17", ANYBODY)',
    ),
    Broken(
        "R17", _RIGHTS,
        '"appointCoManagers": Permission("R17", frozenset({CHIEF, MANAGER}))',
        '"appointCoManagers": Permission("R17", frozenset({CHIEF}))',
    ),
    Broken("R17", _RIGHTS, "where is not None and standing.domain != where", "False"),
    Broken(
        "R18", _RIGHTS,
        'Permission("R18", frozenset({CHIEF, MANAGER, CO_MANAGER}))',
        'Permission("R18", ANYBODY)',
    ),
    Broken(
        "R19", _ACCESS,
        "if existing is not None:\n        raise problems.conflict(",
        "if False:\n        raise problems.conflict(",
    ),
    Broken("R19", _ACCESS_BODIES, 'known("applications", "R19")', 'known("roles", "R19")'),
    Broken(
        "R20", _ACCESS,
        "    if issues:\n        raise problems.bad_request(issues)\n    return Answer(204)",
        "    return Answer(204)",
    ),
    Broken("R21", _RIGHTS, 'if user is not None and not user.body["blocked"]:', "if user is not None:"),
    Broken(
        "R21", _ACCESS,
        'resources.replace(call.connection, existing, call.body, call.at)',
        'resources.replace(call.connection, existing, {**call.body, "applications": []}, call.at)',
    ),
    # ChaMan
    Broken("R26", _RIGHTS, '"R26", _MANAGERS,', '"R26", _MANAGERS | {CHIEF},'),
    Broken("R27", _ORGANIZATIONS, "if organization.awaits_copy:", "if False:"),
    Broken("R27", "systems/ocmw_configuration/api.py", 'NEEDS = (Need.ACTIVE, Need.COPIED)', 'NEEDS = (Need.ACTIVE,)'),
    Broken("R28", _ORGANIZATIONS, _SENDER, _SENDER.replace("known is None", "False")),
    Broken("R28", "systems/chaman/api.py", "if resources.count(call.connection, call.number, kind):", "if False:"),
    Broken("R28", _CHAMAN, '    language: Literal["nl", "fr", "de"]\n', '    language: str | None = None\n'),
    Broken("R29", "systems/chaman/api.py", "if existing is None and password is None:", "if False:"),
    Broken("R29", _CHAMAN, 'at_least_one("authorization", "R29"),', ""),
    Broken("R29", _FOLDERS, " and authorization in _authorizations(body)", ""),
    Broken("R30", _CHAMAN, "USERNAME_LENGTH = 10", "USERNAME_LENGTH = 11"),
    Broken("R30", _CHAMAN, "^[A-Za-z0-9]{{1,", "^[A-Za-z0-9 ]{{1,"),
    Broken("R31", _CHAMAN, "PASSWORD_LENGTH = 15", "PASSWORD_LENGTH = 16"),
    Broken("R31", _CHAMAN, "if len(specials) < 2:", "if len(specials) < 1:"),
    Broken("R31", _CHAMAN, "(!{})-_", "(!{})-_ "),
    Broken("R33", _CHAMAN, "if wanted & set(codes) and not wanted <= set(codes):", "if False:"),
    Broken("R33", _REST, "            _check_no_open_request(call, name)", "            pass"),
    Broken("R34", _CHAMAN, "if code not in reference.delegatable_suppliers():", "if False:"),
    Broken("R34", _REST, "        _check_external(body, existing)", "        pass"),
    Broken(
        "R34", "systems/chaman/delegations_api.py",
        'found is None or found.body.get("supplier") != call.path["supplier"]',
        "found is None",
    ),
    Broken("R35", _REST, '**call.body, "status": "pending"', '**call.body, "status": "accepted"'),
    Broken(
        "R36", _DECISIONS,
        'resources.create(connection, request.organization, ACCOUNT, request.key, account, supplier, at)',
        "pass",
    ),
    Broken("R36", _DECISIONS, 'if request.body["status"] != "pending":', "if False:"),
    Broken("R36", _DECISIONS, ', **before}', "}"),
    Broken("R37", _KEPT, "_used_by(connection, organization, name, _USERS) is not None\n", "False\n"),
    Broken("R37", _CERTIFICATES, "if not not_before <= now <= not_after:", "if False:"),
    Broken("R37", _KEPT, "if account is not None:", "if False:"),
    Broken(
        "R37", _KEPT,
        'if not datetime.fromisoformat(body["notBefore"])',
        "if False and not datetime.fromisoformat(body[\"notBefore\"])",
    ),
    Broken("R37", _FOLDERS, "first <= at <= last and ", ""),
    Broken("R37", "sftp/accounts.py", "return first <= clock.now(connection) <= last", "return True"),
    Broken("R38", _KEPT, 'if body["usage"] != usage:', "if False:"),
    # Certificates
    Broken("R40", _CERTIFICATES, '"RSA-4096", "P-384"', '"RSA-4096", "P-256", "P-384"'),
    Broken("R40", _CERTIFICATES, '{"RSA-2048", ', "{"),
    Broken(
        "R41", _CERTIFICATES,
        '{"SHA-256", "SHA-384", "SHA-512"}',
        '{"SHA-224", "SHA-256", "SHA-384", "SHA-512"}',
    ),
    Broken("R41", _CERTIFICATES, '"SHA-384", "SHA-512"}', '"SHA-384"}'),
    Broken("R42", _CERTIFICATES, 'if facts["selfSigned"] and usage != "rest":', "if False:"),
    Broken("R42", _CERTIFICATES, 'if facts["selfSigned"] and usage != "rest":', 'if facts["selfSigned"]:'),
    Broken("R43", _CERTIFICATES, "if not file_name.lower().endswith(EXTENSION):", "if False:"),
    Broken(
        "R45", _CERTIFICATES,
        'if usage == "ftp" and not_after - not_before > timedelta(days=most):',
        "if False:",
    ),
    Broken("R46", _CERTIFICATES, 'if facts["selfSigned"] and not signs:', "if False:"),
    # OCMW-configuratie
    Broken("R47", _RIGHTS, '"R47", _MANAGERS,', '"R47", _MANAGERS | {CHIEF},'),
    Broken("R48", _CONFIGURATION, 'known("mutationTypes", "R48")', 'known("domains", "R48")'),
    Broken("R48", _MUTATIONS, "outcome = UNTICKED if type_ not in ticked else DELIVERED", "outcome = DELIVERED"),
    Broken(
        "R49", _MUTATIONS,
        "AND s.kind = 'mutations'",
        "AND s.changed_at = s.created_at AND s.kind = 'mutations'",
    ),
    Broken("R50", _MUTATIONS, "arriving = []", _CATCH_UP),
    Broken(
        "R51", "core/resources.py",
        "(_dump(body), kept, etag,",
        "(_dump({**resource.body, **body}), kept, etag,",
    ),
    Broken("R52", _CONFIGURATION, ', at_least_one("contact person", "R52")', ""),
    Broken("R53", _CONFIGURATION, "    fr: Text\n", "    fr: Text | None = None\n"),
    Broken("R54", _ONLINE, "if details is not None and today >= opens:", "if False:"),
    Broken("R54", _ONLINE, "AND o.merged_into IS NULL ORDER BY", "ORDER BY"),
    Broken("R55", _CONFIGURATION, 'if email is None and info.data.get("enabled"):', "if False:"),
    Broken("R56", _CONFIGURATION, 'if value is None and info.data.get("enabled"):', "if False:"),
    Broken("R56", _REMINDERS, "WHERE read_at IS NULL", "WHERE TRUE"),
    Broken("R57", _REMINDERS, 'late = age - settings["delayDays"]', "late = age"),
    Broken("R58", _REMINDERS, 'late % settings["frequencyDays"] == 0', "True"),
    Broken("R58", _REMINDERS, 'late % settings["frequencyDays"] == 0', "late == 0"),
    Broken("R59", _ORGANIZATIONS, "if now.date().isoformat() < opens:", "if False:"),
    # E-Box, Uniek verslag, OCMW Online
    Broken("R60", _RIGHTS, '"eBox": Permission("R60", _MANAGERS,', '"eBox": Permission("R60", ANYBODY,'),
    Broken(
        "R60", _RIGHTS,
        '"uniqueReport": Permission("R60", _MANAGERS,',
        '"uniqueReport": Permission("R60", ANYBODY,',
    ),
    Broken(
        "R60", _RIGHTS,
        '"ocmwOnline": Permission(\n        "R60", _MANAGERS,',
        '"ocmwOnline": Permission(\n        "R60", ANYBODY,',
    ),
    Broken(
        "R60", _RIGHTS,
        '"changeIntegrations": Permission(\n        "R60", _MANAGERS,',
        '"changeIntegrations": Permission(\n        "R60", ANYBODY,',
    ),
    Broken(
        "R60", _RIGHTS,
        '"readIntegrations": Permission(\n        "R60",\n        _MANAGERS,',
        '"readIntegrations": Permission(\n        "R60",\n        ANYBODY,',
    ),
    Broken(
        "R61", _ORGANIZATIONS,
        "SET merged_into = ?, merged_on = ?",
        "SET status = 'inactive', merged_into = ?, merged_on = ?",
    ),
    Broken("R61", _NOVA_PRIMA, "SELECT enterprise_number, merged_on FROM", "SELECT merged_into, merged_on FROM"),
    Broken("R62", _REPORTS, "if call.now.date() < opens_on(year):", "if False:"),
    Broken("R62", _REPORTS, '"submittedLate": today > due_by(year)', '"submittedLate": today >= due_by(year)'),
    Broken(
        "R62", "seeds/centres.py",
        'events.schedule(connection, day, "merger", centres)',
        'events.schedule(connection, wave.at(hour=COPY_HOUR), "merger", centres)',
    ),
    Broken(
        "R62", _REPORTS,
        "return started and (organization.merged_on is None or organization.merged_on > end)",
        "return started",
    ),
    Broken("R63", _REPORTS, "started = organization.active_from is None or", "started = True or"),
    Broken("R64", _ONLINE, "for number in disappearing\n", "for number in ()\n"),
    Broken("R64", _ONLINE, "receiving = organizations.successor(connection, asked)", "receiving = organization"),
    Broken("R69", _NOVA_PRIMA, "if months not in series.months:", "if False:"),
    Broken("R69", _NOVA_PRIMA, "if at.day == series.day:", "if at.day == 10:"),
    # Signing in
    Broken("R65", "signin/oauth.py", 'elif person is not None and not rights.has(', "elif False and not rights.has("),
    Broken("R65", "signin/oauth.py", "if person is None:\n", "if False:\n"),
    Broken("R65", "signin/api.py", "wanted in organization.name.casefold() or", ""),
    Broken(
        "R65", "signin/api.py",
        '"").casefold()\n    digits = wanted.replace(".", "")',
        '"").casefold()\n    digits = wanted',
    ),
    Broken("R66", "web/dispatch.py", "if wanted != session.acting_for:", "if False:"),
)  # fmt: skip
