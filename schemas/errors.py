"""The errors that the project raises on purpose, as a tree.

    FusionError
    ├── DeclarationError         findings in a declaration or a secrets file
    ├── SettingError             a stack's setting says what cannot be
    │   └── WithoutPortal        it says that there is no portal
    ├── UnknownFusion            a command names a fusion that has no declaration
    ├── EngineError              the Pulumi engine is missing, too old, or failed
    ├── GuardRefused             a guard against taking away too much, or the last of something, says no
    ├── RehearsalError           a control of the emulated portal cannot be carried out
    └── PortalError              the portal did not do what was asked
        ├── PortalUnreachable    no answer: network, TLS, time-out, or a 5xx for good
        │   ├── DeadlineExceeded the retries' overall deadline has passed
        │   ├── UnexpectedAnswer it answered something that the contract does not know
        │   └── UntrustedPortal  its certificate is not trusted, or it speaks no TLS
        ├── LoginRefused         no token, or a token that the portal does not take
        ├── PortalRefused        a rule of the portal says no; with its issues
        │   ├── AlreadyExists    something with this natural key is there
        │   └── NotYetAvailable  what the portal allows from a later date
        ├── NotFound             what was asked for is not there
        └── PreconditionFailed   it changed between reading and writing

One tree, so that `except FusionError` catches all of them; in the lowest package, so that every other one can raise them. A
module that catches its own error at once may add a leaf (`NoPair`, `FolderClosed`, `NoFolder`). Set-up (`engine.failures`)
runs before the packages can be imported, and has errors of its own.

Pulumi shows an error's text and nothing else. `FusionError` puts that text together from its fields, and nobody else does:
where, `what`, why, `afterwards` (what a run that ends here leaves behind), `way_out`. A command that only reads has left
nothing behind: it shows `for_reading()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple, TypedDict, Unpack

from schemas.findings import Finding, as_lines, in_order


class FusionError(Exception):
    """Anything that this project refuses or fails at on purpose; the fields are sentences without their full stop."""

    what: str = ""
    afterwards: str = ""
    way_out: str = ""

    def __init__(self, what: str, way_out: str = "") -> None:
        self.what = what
        self.way_out = way_out or self.way_out
        super().__init__(what)

    def __str__(self) -> str:
        return _joined(self.sentence(), self.afterwards, self.way_out)

    def for_reading(self) -> str:
        """The text for a command that only reads, such as `fusion check`: without `afterwards`."""
        return _joined(self.sentence(), self.way_out)

    def sentence(self) -> str:
        """Where, what and why, as one sentence."""
        return self.what


def _joined(sentence: str, *more: str) -> str:
    """As sentences of one line; beneath a sentence of several lines each of the others has its own."""
    return ("\n" if "\n" in sentence else ". ").join(part for part in (sentence, *more) if part)


class DeclarationError(FusionError):
    """A declaration or a secrets file has findings; all of them are here, sorted."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(in_order(findings))
        super().__init__("\n".join(as_lines(self.findings)))


class SettingError(FusionError):
    """Settings of a stack that cannot be read, all of them: `file` is where they stand, where that is known."""

    def __init__(self, wrong: Sequence[str], file: str = "", way_out: str = "") -> None:
        self.wrong = tuple(wrong)
        super().__init__("\n".join(f"{file}: {one}" if file else one for one in wrong), way_out)


class WithoutPortal(SettingError):
    """The settings say that there is no portal: people carry the plan out."""

    def __init__(self, file: str) -> None:
        super().__init__(
            [
                "fusion:portalUrl is none, so there is no portal: `fusion runbook` has the plan as steps for people"
            ],
            file,
        )


class UnknownFusion(FusionError):
    """A command names a fusion that has no declaration; the way out names those that have one."""

    def __init__(self, unknown: Sequence[str], known: Sequence[str]) -> None:
        super().__init__(
            f"no declaration for {', '.join(unknown)}",
            f"There are {', '.join(known)}" if known else "There are no declarations at all",
        )


class EngineError(FusionError):
    """The Pulumi engine is missing, of the wrong version, or failed at a step that the message names."""


class GuardRefused(FusionError):
    """A guard of this project says no before the portal is asked: `what` says what would be lost."""


class RehearsalError(FusionError):
    """A control of the emulated portal cannot be carried out, such as a clock moved back."""


class Issue(NamedTuple):
    """One reason of a refusal, as the portal's problem gives it: the field, what is wrong, the rule if it says one."""

    name: str
    detail: str
    rule: str = ""

    def __str__(self) -> str:
        return (
            (f"{self.name}: " if self.name else "") + self.detail + (f" ({self.rule})" if self.rule else "")
        )


class Call(TypedDict, total=False):
    """What every `PortalError` knows of the call: HTTP method, path, the answer's status, the portal's own words."""

    method: str
    path: str
    status: int | None
    detail: str
    issues: Iterable[Issue]
    resource: str


class PortalError(FusionError):
    """The portal did not do what was asked; carries the call, the status and the portal's own words."""

    what = "the portal did not do what was asked"

    def __init__(
        self,
        *,
        method: str = "",
        path: str = "",
        status: int | None = None,
        detail: str = "",
        issues: Iterable[Issue] = (),
        resource: str = "",
    ) -> None:
        self.method = method
        self.path = path
        self.status = status
        self.detail = detail
        self.issues = tuple(issues)
        self.resource = resource
        super().__init__(self.what, self.way_out)

    def sentence(self) -> str:
        """`FTP account x: PUT /REST/… answered 400: the portal refuses this: the portal's own words`."""
        call = " ".join(part for part in (self.method, self.path) if part)
        answer = f"answered {self.status}" if self.status is not None else ""
        place = " ".join(part for part in (call, answer) if part)
        why = "; ".join(part for part in (self.detail.rstrip("."), *map(str, self.issues)) if part)
        return ": ".join(part for part in (self.resource, place, self.what, why) if part)


@contextmanager
def about(resource: str) -> Iterator[None]:
    """Names the resource, such as `FTP account of 0212212343`, in any `PortalError` that passes."""
    try:
        yield
    except PortalError as error:
        error.resource = resource
        raise


class PortalUnreachable(PortalError):
    """No usable answer: the network, TLS, a time-out, or a server error that outlasted the retries."""

    what = "the portal gives no usable answer"
    afterwards = "What was done before is kept"
    way_out = "Check portalUrl and the network, then run the same command again"


class DeadlineExceeded(PortalUnreachable):
    """The retries of one call used up their overall deadline."""

    what = "the portal kept failing until the deadline"
    way_out = "Run the same command again when the portal is well"


class UnexpectedAnswer(PortalUnreachable):
    """An answer that does not fit the contract: `detail` names the field and what was expected of it."""

    what = "the answer is not one of the portal's contract"
    way_out = (
        "Look whether a proxy or gateway in between answers instead of the portal, or portalUrl is another address; "
        "then run the same command again"
    )


class UntrustedPortal(PortalUnreachable):
    """A certificate of the portal, or of the proxy before it, is not trusted, or the port speaks no TLS."""

    what = "the connection cannot be trusted"
    way_out = (
        "Check portalUrl. If your own authority signed the certificate, name its file in SSL_CERT_FILE. "
        "Then run the same command again"
    )


class LoginRefused(PortalError):
    """The portal gave no token, or does not take the one it gave, or not for this organisation."""

    what = "the portal refuses the sign-in"
    way_out = "Check clientId, clientKey and whether the client may act for this organisation"


class PortalRefused(PortalError):
    """A rule of the portal says no; `problem` is the problem's type, `issues` its reasons."""

    what = "the portal refuses this"
    way_out = "Put the declaration right and run the same command again"

    def __init__(self, *, problem: str = "", **call: Unpack[Call]) -> None:
        self.problem = problem
        super().__init__(**call)


class AlreadyExists(PortalRefused):
    """Something with this natural key is there already; `existing` is its id where the portal tells."""

    what = "this is there already"
    way_out = (
        "If it is yours, run the same command again: it adopts what it finds. "
        "If it is somebody else's, choose another name"
    )

    def __init__(self, *, existing: str = "", **call: Unpack[Call]) -> None:
        self.existing = existing
        super().__init__(**call)


class NotYetAvailable(PortalRefused):
    """The portal allows this later, by the `rule` that it cites; `reason` is its code, `available_from` the day if known."""

    what = "the portal does not allow this yet"

    def __init__(
        self, *, reason: str = "", rule: str = "", available_from: date | None = None, **call: Unpack[Call]
    ) -> None:
        self.reason = reason
        self.rule = rule
        self.available_from = available_from
        when = f"on or after {available_from}" if available_from else "once the portal has opened it"
        self.way_out = f"Run the same command again {when}"
        call["detail"] = call.get("detail") or reason
        super().__init__(**call)


class NotFound(PortalError):
    """What was asked for is not there; never the same as an empty list."""

    what = "the portal does not have this"
    way_out = "Look at the number and the name; `pulumi refresh` shows what the portal has"


class PreconditionFailed(PortalError):
    """It changed between reading and writing, so that nothing was written."""

    what = "this changed in the portal between reading and writing"
    afterwards = "Nothing was overwritten"
    way_out = "Preview again, then run the same command"
