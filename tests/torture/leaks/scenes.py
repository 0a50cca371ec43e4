"""Where is looked: what each command prints in each form, when all is well and when it fails, and what all of them leave.

A line is run as it stands. `!` before it: it must fail; `?`: it may end either way, with what it found. What goes wrong
before them stands in `set_ups`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.torture.leaks import set_ups, wire
from tests.torture.leaks.stage import Stage


@dataclass(frozen=True)
class Scene:
    """:param set_up: what is done before the lines, and undone after them; it may add places of its own, `more`."""

    lines: tuple[str, ...]
    set_up: Callable[[Stage], AbstractContextManager[None]] = set_ups.nothing
    more: tuple[str, ...] = ()


def _with_stack(*lines: str, stack: str = "pajottegem") -> tuple[str, ...]:
    """Lines of the engine, with the stack that they are about."""
    return tuple(f"{line} -s {stack}" for line in lines)


_FTP_ACCOUNT = (
    "urn:pulumi:pajottegem::fusion::fusion:merged:Centre$fusion:merged:ChaMan$pulumi-python:dynamic/chaman:FtpAccount"
    "::pajottegem-ftp-account"
)
_PREVIEWS = ("! pulumi preview", "! pulumi preview --diff", "! pulumi preview --json")
_FAILING = (
    *_with_stack(*_PREVIEWS, "! pulumi up --yes --skip-preview", "! pulumi refresh --yes --diff"),
    "! fusion preview pajottegem",
    "! fusion up pajottegem --yes --skip-preview --format json",
)
_BAD_FILES = (
    *(f"! fusion validate --secrets {{out}}/{name}.yaml" for name in set_ups.BAD_FILES),
    *(f"! fusion validate --secrets {{out}}/{name}.yaml --format json" for name in [*set_ups.BAD_FILES][::3]),
)
_FOR_PROGRAMS = (
    "fusion validate --format json",
    "GITHUB_STEP_SUMMARY={out}/step-summary.md fusion validate --format github",
    "fusion validate --format gitlab",
    "fusion validate --format sarif",
    "fusion validate --format junit",
)
_VIOLATED = _with_stack(
    "! pulumi up --yes --skip-preview --plan={out}/plan.json",
    "! pulumi up --yes --skip-preview --plan={out}/plan.json --diff",
    "! pulumi up --yes --skip-preview --plan={out}/plan.json --json",
)

_AS_SOCIUS = "FUSION_SUPPLIER=.state/rehearsal/suppliers/socius.yaml"
_A_CERTIFICATE = "fusions/certificates/pajottegem-ftp.cer"

SCENES: Mapping[str, Scene] = {
    "previewed": Scene(
        (
            *_with_stack(
                "pulumi preview",
                "pulumi preview --diff",
                "pulumi preview --json",
                "pulumi preview --json --diff",
                "pulumi preview --debug",
                "pulumi preview --color always --diff",
                "COLUMNS=40 pulumi preview --show-sames --show-reads --show-config --show-replacement-steps",
                "pulumi preview --save-plan={out}/plan.json",
                "PULUMI_DEBUG_COMMANDS=true pulumi preview --event-log {out}/events.json",
                "pulumi preview --import-file {out}/import.json",
            ),
            "fusion preview --all",
            "fusion preview pajottegem --format json",
            "! fusion preview nowhere",
            "fusion fleet matrix --format github --all",
            "fusion fleet matrix --format gitlab --stacks '*' --shards 2",
            "fusion fleet kubernetes --all --image fusion:1 --repository https://git.example/f.git --branch main",
            "! fusion fleet kubernetes --all --image fusion:1 --repository https://a:b@git.example/f.git --branch main",
            "fusion plan pajottegem",
            "fusion plan pajottegem --format json",
            "fusion plan pajottegem --format markdown --language fr",
            "fusion plan --all --format html --language nl --out {out}/plan.html",
            "! fusion plan nowhere --language nl",
            "fusion runbook pajottegem --language nl",
            "fusion runbook pajottegem --format html --language fr --out {out}/runbook.html",
            "fusion runbook pajottegem --format ics",
            "! fusion runbook pajottegem --done nothing --by els.peeters",
            f"! fusion up pajottegem --approved sha256:{'0' * 64} --yes",
        )
    ),
    "reviewed": Scene(
        (
            "fusion review --base base --head pull --out {out}/review",
            "GITHUB_STEP_SUMMARY={out}/step-summary.md fusion review --base base --head pull --format github --no-plan",
            "fusion review --base base --head pull --format json --language nl",
            "fusion review --base base --head pull --format gitlab --no-plan",
            "! fusion review --base base --head spoilt --language fr",
            "! fusion review --base base --head nowhere",
            "fusion --log json plan --changed-since pull",
        ),
        set_ups.a_pull_request,
    ),
    "applied by the fleet": Scene(
        (
            "fusion up pajottegem --yes",
            "fusion up pajottegem --yes --skip-preview --format json",
            "fusion refresh pajottegem --yes",
            "fusion destroy pajottegem --yes --format json",
            "fusion status",
            "fusion status pajottegem --last 9 --format json",
            "fusion log pajottegem",
            "fusion log --format json",
            "! fusion log --run nothing",
            "! fusion status nowhere",
        )
    ),
    "applied": Scene(
        _with_stack(
            "pulumi up --yes --diff",
            "pulumi up --yes --json",
            "PULUMI_DEBUG_COMMANDS=true pulumi up --yes --skip-preview --show-config --event-log {out}/events.json",
            "pulumi refresh --yes",
            "pulumi refresh --yes --diff",
            "pulumi refresh --yes --json",
            "pulumi stack",
            "pulumi stack --show-urns --show-ids",
            "pulumi stack output",
            "pulumi stack output --json",
            "pulumi stack output --shell",
            "pulumi stack output supplier",
            "pulumi stack export",
            "pulumi stack export --file {out}/state.json",
            "pulumi stack history",
            "pulumi stack history --json",
            "pulumi stack graph {out}/graph.dot",
            "pulumi config",
            "pulumi config --json",
            "pulumi config get secretsFile",
            "pulumi config get secretsFile --json",
            "pulumi about",
            "pulumi about --json",
            f"pulumi state get '{_FTP_ACCOUNT}'",
            f"pulumi state get '{_FTP_ACCOUNT}' --output json",
            "pulumi stack output --show-secrets",
            "pulumi stack export --show-secrets",
            "pulumi logs list",
        )
    ),
    "anywhere": Scene(
        ("pulumi stack ls", "pulumi stack ls --json", "pulumi whoami -v", "pulumi about --json")
    ),
    "checked": Scene(
        (
            "fusion validate",
            *_FOR_PROGRAMS,
            "fusion setup",
            "fusion schema",
            "? fusion check pajottegem",
            "? fusion check pajottegem --format json",
            "? COLUMNS=40 fusion check pajottegem",
            "? LC_ALL=C PYTHONIOENCODING=ascii fusion check pajottegem",
            "? fusion check pajottegem --fetch {out}/fetched",
            "? fusion check --strict",
            "? fusion certificate list",
            "? COLUMNS=40 fusion certificate list pajottegem",
            "? fusion certificate list --all --format json",
            "? fusion certificate list --format ics",
            "fusion certificate inspect fusions/certificates/pajottegem-ftp.cer --usage ftp --on 2025-02-03 --format json",
            "fusion certificate csr pajottegem --key P-384 --out {out}/keys",
            "fusion certificate new pajottegem --key P-384 --out {out}/keys",
            "fusion certificate renew pajottegem --usage ftp --even-so --on 2025-02-03 --out {out}/keys",
            "! fusion check nowhere",
            "fusion chief-access-managers pajottegem --out {out}/list.xlsx",
            "fusion chief-access-managers pajottegem --check {out}/list.xlsx",
            "fusion chief-access-managers pajottegem --masked --out {out}/masked.xlsx",
            "! fusion chief-access-managers pajottegem --masked --check {out}/list.xlsx",
        ),
        set_ups.forty_days_later,
    ),
    "at the portal": Scene(
        (
            "fusion emulator clock --advance 40",
            "fusion emulator checkpoint save before",
            "fusion emulator delegation 1010784738 'OCMW Online' --accept",
            f"{_AS_SOCIUS} fusion supplier inbox",
            f"{_AS_SOCIUS} fusion supplier inbox --format json",
            f"! {_AS_SOCIUS} fusion supplier accept --centre 1010784738 --certificate {_A_CERTIFICATE}",
            f"! {_AS_SOCIUS} fusion supplier refuse --centre 1010784738 --reason 'no contract'",
            f"! {_AS_SOCIUS} fusion supplier upload fusions/certificates --all --yes",
            f"! {_AS_SOCIUS} fusion supplier upload .state/rehearsal --all --dry-run --format json",
            "fusion emulator request 1010784738",
            "! fusion emulator postpone 1010784738 --days 2",
            "fusion emulator journal",
            "COLUMNS=200 fusion emulator journal",
            "fusion emulator journal --format json",
            "fusion emulator checkpoint",
            "fusion emulator checkpoint diff before",
            "fusion emulator checkpoint diff before --details",
            "fusion emulator checkpoint diff before --details --format json",
            "fusion emulator clients",
            "fusion emulator clients --format json",
            "fusion emulator mails",
            "fusion emulator mails --format json",
            "fusion emulator mutations",
            "fusion emulator mutations --format json",
            "fusion emulator folders",
            "fusion emulator folders --format json",
            "fusion emulator faults --format json",
            "fusion emulator limit",
            "fusion emulator openapi",
            "! fusion emulator token 1010784738 --person nobody",
            "fusion emulator token 1010784738 --person els.peeters",
            "fusion emulator checkpoint restore before",
            "fusion emulator reset --yes",
        ),
        set_ups.insz_in_paths,
    ),
    "another password": Scene(
        (
            *_VIOLATED,
            *_with_stack(
                "pulumi preview --diff",
                "pulumi preview --json",
                "pulumi up --yes --diff",
                "pulumi up --yes --json",
            ),
        ),
        set_ups.another_password,
    ),
    "another person": Scene(
        (
            *_VIOLATED,
            *_with_stack("pulumi preview --diff", "pulumi preview --json", "pulumi up --yes --diff"),
        ),
        set_ups.another_person,
    ),
    "changed in the portal": Scene(
        (
            *_VIOLATED,
            *_with_stack("pulumi preview --diff", "pulumi preview --json", "pulumi refresh --yes --diff"),
            "? fusion check pajottegem",
        ),
        set_ups.changed_in_the_portal,
    ),
    "a portal that fails": Scene((*_FAILING, "! fusion check pajottegem"), set_ups.portal_that_fails),
    "a portal that is not there": Scene(
        (*_FAILING, "! fusion check pajottegem", "! fusion check pajottegem --format json"),
        set_ups.portal_that_is_not_there,
    ),
    "a password in the address": Scene(
        (*_with_stack(*_PREVIEWS[:2]), "! fusion check pajottegem"), set_ups.password_in_the_address
    ),
    "another client's key": Scene((*_FAILING, "! fusion check pajottegem"), set_ups.another_key),
    "a cut client's key": Scene(
        (*_with_stack(*_PREVIEWS[:2]), "! fusion check pajottegem", "! fusion emulator token 1010784738"),
        set_ups.cut_key,
    ),
    "another passphrase": Scene(
        (
            *_with_stack(*_PREVIEWS, "! pulumi up --yes", "! pulumi stack output --show-secrets"),
            "! fusion preview pajottegem --format json",
            "! fusion check pajottegem",
        ),
        set_ups.another_passphrase,
    ),
    "a spoilt secrets file": Scene(
        (
            *_BAD_FILES,
            *_with_stack(*_PREVIEWS, "! pulumi up --yes --skip-preview"),
            "! fusion preview pajottegem --format json",
            "! fusion setup",
            "! fusion check pajottegem",
            "! fusion chief-access-managers pajottegem --out {out}/list.xlsx",
        ),
        set_ups.spoilt_secrets_file,
    ),
    "secrets in a declaration": Scene(
        (
            "! fusion validate",
            *(f"! {line}" for line in _FOR_PROGRAMS),
            *_with_stack(*_PREVIEWS),
            "! fusion preview pajottegem",
            "! fusion preview pajottegem --format json",
            "! fusion setup",
            "! fusion check pajottegem",
        ),
        set_ups.secrets_in_a_declaration,
    ),
    "secrets of the stack": Scene(
        _with_stack(
            "pulumi config",
            "pulumi config --json",
            "pulumi config get secrets",
            "pulumi preview --diff --show-config",
            "pulumi preview --json --show-config",
            "pulumi up --yes --diff",
            "! pulumi preview --config secrets=people",
        ),
        set_ups.secrets_of_the_stack,
    ),
    "served": Scene(
        (
            *_with_stack("pulumi preview --diff", "pulumi up --yes --diff"),
            "? fusion check pajottegem",
            "fusion emulator journal --format json",
        ),
        wire.served,
        more=("what the portal prints",),
    ),
    "refusals that repeat": Scene((), wire.refusals_that_repeat, more=wire.REFUSALS),
    "killed": Scene(
        (*_with_stack("? pulumi preview", "pulumi cancel --yes", "pulumi up --yes --diff"),),
        wire.killed,
        more=("command lines", "environments", "what it printed", "what it left"),
    ),
    "rehearsed": Scene(
        (
            "fusion smoke hasselt",
            "fusion smoke hasselt --format json --keep",
            "fusion rehearse hasselt --keep --format json",
        )
    ),
    "destroyed": Scene(
        _with_stack("pulumi destroy --yes --diff", "pulumi stack history --json", "pulumi stack rm --yes")
    ),
}


def name_line(line: str) -> str:
    """What a place is called of a line: without the mark of how it ends."""
    return line.lstrip("!? ")
