"""What every portal resource does alike: look first, adopt or bring in sync, compare what is declared, wait, let go.

A provider class says how *one* screen is addressed, read and written; it holds no state, since the engine pickles it by
reference (`module.Class`) into the stack's state. For the same reason these classes never move: a renamed module breaks
refresh and destroy of existing stacks (tests/providers/test_pickles.py pins the names).

Life of a resource:
- `check` looks where no state knows the thing yet, so the first preview says what will become of it (`first_look`).
- `create` looks the natural key up: nothing there → written; the same → adopted without a call; different → brought in
  sync. So a lost state file, a killed run or a repeat never make a second one.
- `read` answers what the portal has now, in the declaration's words, as outputs *and* inputs: drift shows both values.
- `diff` compares declared fields only, in canonical form; what the portal adds is no drift.
- *waiting* is a state: where the portal says "not yet" (409 `notYetAvailable`), create and update succeed with a `waiting`
  output; `read` keeps it until the portal allows the thing, then shows it as still to be set.
- `delete` takes away only what this client made (`createdBy`) and no other resource of the program stands for; what it
  found and adopted was there before the stack.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    UpdateResult,
)

from providers import first_look, ledger, session
from providers.base import FOUND, BaseProvider, Props, without_provider
from providers.canonical import addresses_below, same, whole_numbers
from providers.contention import ROUNDS, changed_tag, contended
from providers.differences import different_parts
from providers.first_look import HIDDEN, Look
from providers.unanswered import ABSENT, AS_DECLARED, OTHERWISE, THERE, earlier
from providers.waiting import Waiting, as_output, keep_wording, waiting_for
from schemas.errors import (
    AlreadyExists,
    NotFound,
    NotYetAvailable,
    PortalRefused,
    PreconditionFailed,
    about,
)

if TYPE_CHECKING:
    from providers.portal import Answer, ReadingPortal, WritingPortal

WAITING = "waiting"
"""The `origin` of what the portal does not have yet because it is not allowed yet."""
COMMON_OUTPUTS = ("origin", "createdBy", "waiting")
"""Properties that every resource has as outputs only."""


class PortalProvider(BaseProvider):
    """Base of what is set at the portal; a subclass describes one portal resource.

    It must give `title`, `fields` and `path`, and `keys` where there may be several in an organisation. It may give
    `optional`, `addresses` and `outputs`, and override the hooks from `body` to `find_waiting` where the portal's words or
    ways are other than the declaration's. Claims, waiting, adoption and repetition are done here, once.
    """

    title: ClassVar[str]
    """What people call it, for messages."""
    keys: ClassVar[tuple[str, ...]] = ("organization",)
    """Properties of the natural key: a change of one is a replacement."""
    fields: ClassVar[tuple[str, ...]]
    """Declared properties that are compared with the portal."""
    optional: ClassVar[tuple[str, ...]] = ()
    """Those of `fields` that stay as the portal has them where the declaration does not say them."""
    addresses: ClassVar[tuple[str, ...]] = ()
    """Paths of the e-mail addresses in `fields`, whose case does not count (`providers.canonical`)."""
    outputs: ClassVar[tuple[str, ...]] = ()
    """Outputs beyond the common ones: what the portal tells and nobody declares. Never compared."""

    # -- what a subclass must say -----------------------------------------------------------------------------------

    def path(self, props: Props) -> str:
        """The path of this resource at the portal."""
        raise NotImplementedError

    # -- what a subclass may say otherwise --------------------------------------------------------------------------

    def body(self, props: Props, found: Props | None = None) -> Props:
        """What is sent: by default the declared fields under their own names. `found` is what the portal has now: what
        is optional and not declared is sent as it is."""
        kept = {field: found[field] for field in self.optional if found and field in found}
        return kept | {field: props[field] for field in self.fields if props.get(field) is not None}

    def to_declaration(self, answer: Props, props: Props) -> Props:
        """The portal's answer in the declaration's words; `props` help to name people."""
        return {field: answer[field] for field in self.fields if field in answer}

    def natural_key(self, props: Props) -> str:
        """What the portal knows this one thing by; it never leaves the process."""
        return self.path(props)

    def find(self, portal: ReadingPortal, props: Props) -> Answer | None:
        """What the portal has under the natural key; None when it says that there is nothing."""
        try:
            return portal.get(self.path(props))
        except NotFound:
            return None

    def add(self, portal: WritingPortal, props: Props) -> Answer:
        """Make it: only called when `find` answered None."""
        return portal.create(self.path(props), self.body(props))

    def change(self, portal: WritingPortal, props: Props, found: Answer, olds: Props | None) -> Answer:
        """Bring what was found in sync with `props`; `olds` are the last known outputs, None when adopting."""
        return portal.replace(self.path(props), self.body(props, found.body), found.etag)

    def remove(self, portal: WritingPortal, props: Props, found: Answer) -> None:
        """Take away what was found."""
        portal.delete(self.path(props), found.etag)

    def is_in_sync(self, props: Props, found: Answer, olds: Props | None) -> bool:
        """Whether the portal already has what is declared; `olds` as in `change`."""
        live = self.to_declaration(found.body, props)
        return all(self._same(field, props, live) for field in self._compared(props))

    def read_outputs(self, answer: Props) -> Props:
        """The `outputs`: by default the answer's fields of the same names, "" for what is absent.

        Never None: in a preview the engine takes an output that is null for one that is not known yet.
        """
        return {name: answer.get(name, "") for name in self.outputs}

    def find_waiting(self, answer: Props) -> Waiting | None:
        """What still waits although the portal took it; None when nothing does."""
        return None

    def look_up(self, props: Props) -> Answer | None:
        """As `find`, for a `check`."""
        return self.find(session.looking(props["organization"]), props)

    def foresee(self, look: Look) -> Props:
        """What `check` adds to the inputs, so that every preview says it: by default, of what no state knows, what the
        portal has."""
        return {} if look.olds else first_look.say(self, look)

    def refuse(self, _look: Look) -> str | None:
        """Why nothing may come of what is declared; None: all is well. A preview ends with it."""
        return None

    def find_differences(self, props: Props, found: Answer) -> Props:
        """What the portal has where it differs from what is declared, by field; of a secret only where that is."""
        live = self.to_declaration(found.body, props)
        return {
            field: different_parts(
                live.get(field),
                props.get(field),
                addresses_below(field, self.addresses),
                hidden=HIDDEN if field in self.secrets else None,
            )
            for field in self._compared(props)
            if not self._same(field, props, live)
        }

    def expect_waiting(self, props: Props, found: Answer | None) -> Waiting | None:
        """What waits after an `up` that finds `found`; by default what waits already."""
        return self.find_waiting(found.body) if found else None

    # -- what the engine calls --------------------------------------------------------------------------------------

    def check(self, olds: Props, news: Props) -> CheckResult:
        # Only what the program registers is checked, and all of it before anything is deleted.
        session.claim(self.natural_key(news))
        earlier().declare(self.identity(news))
        look = Look(self, without_provider(olds), news)
        with self._explained(news):
            said, refusal = self.foresee(look), self.refuse(look)
        return CheckResult(news | said, [CheckFailure("", refusal)] if refusal else [])

    def diff(self, _id: str, olds: Props, news: Props) -> DiffResult:
        replaces = [key for key in self.keys if olds.get(key) != news.get(key)]
        compared = self._compared(news)
        changed = any(not self._same(field, olds, news) for field in compared)
        # Declared from now on: nobody has looked yet what the portal has, and `none` is no more than absent by its look.
        changed = changed or any(field in self.optional and olds.get(field) is None for field in compared)
        changed = changed or (olds.get("origin") == WAITING and not olds.get("waiting"))  # it can be set now
        earlier().compare(self.identity(news), is_same=not (replaces or changed))
        return DiffResult(changes=bool(replaces) or changed, replaces=replaces, delete_before_replace=False)

    @ledger.keep
    def create(self, props: Props) -> CreateResult:
        with self._explained(props):
            return CreateResult(self.identity(props), self._reconcile(props, None))

    @ledger.keep
    def update(self, _id: str, olds: Props, news: Props) -> UpdateResult:
        with self._explained(news):
            return UpdateResult(self._reconcile(news, olds))

    def read(self, id_: str, props: Props) -> ReadResult:
        with self._explained(props):
            portal = session.looking(props["organization"])
            try:
                found = self.find(portal, props)
            except NotYetAvailable as error:
                outs = keep_wording(
                    without_provider(props) | {"waiting": waiting_for(error).as_props()}, props
                )
                return ReadResult(id_, outs, self._inputs(outs))
            if found is None:
                earlier().settle(self.identity(props), partial(str, ABSENT))
                return self._read_nothing(id_, props)
            earlier().see(self.identity(props))
            outs = without_provider(props) | self._live(found.body, props) | self._collect_outputs(found.body)
            outs = keep_wording(outs, props)
            if outs.get("origin") == WAITING:
                outs["origin"] = "adopted"  # somebody set it by hand in the meantime
            return ReadResult(id_, outs, self._inputs(outs))

    @ledger.keep
    def delete(self, _id: str, props: Props) -> None:
        with self._explained(props):
            portal = session.writing(props["organization"])
            found, refused_tag = None, ""
            for _ in range(ROUNDS):
                try:
                    found = self.find(portal, props)
                    earlier().settle(self.identity(props), partial(str, THERE if found else ABSENT))
                    made_here = found is not None and found.body.get("createdBy") == portal.client_id
                    if found is not None and made_here and not session.claimed(self.natural_key(props)):
                        self.remove(portal, props, found)
                    elif found is not None:
                        ledger.leave()
                    return
                except PreconditionFailed:
                    refused_tag = changed_tag(found, refused_tag, self.path(props))
                except (NotFound, NotYetAvailable):
                    return
                except PortalRefused as error:
                    if not error.problem.endswith(":inUse"):
                        raise
                    ledger.leave()
                    return  # what uses it was there before and stays, so this stays with it
            raise contended(self.path(props))

    # -- shared steps -----------------------------------------------------------------------------------------------

    def identity(self, props: Props) -> str:
        """The engine's id: the natural key, readable."""
        organization, *others = (str(props[key]) for key in self.keys)
        return "/".join([organization, type(self).__name__.removesuffix("Provider"), *others])

    def _reconcile(self, props: Props, olds: Props | None) -> Props:
        portal = session.writing(props["organization"])
        props = whole_numbers(without_provider(props))
        known = (olds or {}).get("origin", WAITING)
        origin = "adopted" if known == WAITING else known
        refusal: AlreadyExists | None = None
        found, refused_tag = None, ""
        for _ in range(ROUNDS):
            try:
                found = self.find(portal, props)
                earlier().settle(self.identity(props), partial(self._compare_whole, props, found, olds))
                if found is None:
                    if refusal is not None:
                        raise refusal  # not under this natural key: something else is in the way
                    origin = "created"
                    found = self.add(portal, props)
                elif not self.is_in_sync(props, found, olds):
                    found = self.change(portal, props, found, olds)
            except PreconditionFailed:
                # An earlier try of ours did happen after all, or somebody was faster: look again.
                refused_tag = changed_tag(found, refused_tag, self.path(props))
                continue
            except AlreadyExists as error:
                if error is refusal:
                    raise
                refusal = error  # the same reasons; what is there may be just what is declared
                continue
            except NotYetAvailable as error:
                return props | {"origin": WAITING, "waiting": waiting_for(error).as_props()}
            return props | {"origin": origin} | self._collect_outputs(found.body)
        raise contended(self.path(props))

    def _compare_whole(self, props: Props, found: Answer | None, olds: Props | None) -> str:
        """What a look found, as the ledger has it."""
        if found is None:
            return ABSENT
        return AS_DECLARED if self.is_in_sync(props, found, olds) else OTHERWISE

    def _compared(self, props: Props) -> list[str]:
        return [f for f in self.fields if f not in self.optional or props.get(f) is not None]

    def _live(self, answer: Props, props: Props) -> Props:
        """The portal's values; one that only looks different (order, case) keeps the declaration's look: no drift."""
        live = self.to_declaration(answer, props)
        return {f: props.get(f) if self._same(f, props, live) else live.get(f) for f in self._compared(props)}

    def _same(self, field: str, one: Props, other: Props) -> bool:
        return same(one.get(field), other.get(field), addresses_below(field, self.addresses))

    def _collect_outputs(self, answer: Props) -> Props:
        return {
            "createdBy": answer.get("createdBy", ""),
            "waiting": as_output(self.find_waiting(answer)),
            **self.read_outputs(answer),
        }

    def _read_nothing(self, id_: str, props: Props) -> ReadResult:
        if props.get("origin") != WAITING:
            return ReadResult("", {})  # gone: the next preview plans to make it again
        # It was waited for, and now the portal allows it. Inputs without the declared fields let the preview show them as
        # still to be set.
        outs = without_provider(props) | {"waiting": {}}
        bare = {name: value for name, value in self._inputs(outs).items() if name not in self.fields}
        return ReadResult(id_, outs, bare)

    def _inputs(self, outs: Props) -> Props:
        return {name: value for name, value in outs.items() if name not in (*COMMON_OUTPUTS, *self.outputs)}

    def _explained(self, props: Props) -> AbstractContextManager[None]:
        """Names this resource in a portal error: only an error's text reaches people."""
        return about(f"{self.title} {' '.join(str(props[key]) for key in self.keys if key in props)}")


class PortalResource(Resource):
    """A portal resource in the program. A subclass must give its provider and its inputs, and `module` and `name` of its
    type, which are in every URN: chosen once."""

    provider_class: ClassVar[type[PortalProvider]]
    inputs: ClassVar[type]
    """The `TypedDict` of what the program declares."""
    reported: ClassVar[tuple[str, ...]] = ("origin", "waiting")
    """Outputs that the program reads. The others are in state all the same, and each one here costs every preview."""
    origin: pulumi.Output[str]
    waiting: pulumi.Output[dict[str, str]]
    found: pulumi.Output[Props]

    def __init__(self, name: str, props: Props, opts: pulumi.ResourceOptions) -> None:
        inputs = {**dict.fromkeys((*self.reported, FOUND)), **props}
        super().__init__(self.provider_class(), name, inputs, opts)
