"""The invariants can fail: each fault, planted in a provider, is noticed after a short sequence."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from providers import configuration, kinds, paths, retained, session
from providers.access import UserProvider
from providers.chaman import SenderContactProvider
from providers.cleanup import CleanedUpProvider
from stacks import plan as plan_module
from stacks.planned import Planned
from tests.torture.properties import in_process_world
from tests.torture.properties.actions import Action, DeclareManagers, DeclareUser, DropUser, Say, Tick, Up
from tests.torture.properties.calendar import Until
from tests.torture.properties.conftest import Templates
from tests.torture.properties.manual_changes import AddedByHand, ByHand, UserByHand
from tests.torture.properties.manual_retained_changes import RetainedByHand
from tests.torture.properties.retained_decisions import Accept, Release, WithdrawRelease
from tests.torture.properties.search import HASSELT, search

Plant = Callable[[pytest.MonkeyPatch], None]


def writes_what_is_retained(patch: pytest.MonkeyPatch) -> None:
    """A look at retained contact details saves them again as they are."""
    look = kinds.look

    def looking(portal: Any, kind: Any, organization: str) -> Any:
        found = look(portal, kind, organization)
        if kind.path == "mutations":
            path = f"{paths.CONFIGURATION}/{organization}/mutations"
            screen = portal.get(path)
            session.writing(organization).replace(path, {"receive": screen.body["receive"]}, screen.etag)
        return found

    patch.setattr(retained, "look", looking)


def ignores_a_field(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SenderContactProvider, "fields", ("name", "email", "language"))


def ignores_who_is_blocked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(UserProvider, "fields", ("ssin", "applications", "roles"))


def changes_for_ever(patch: pytest.MonkeyPatch) -> None:
    """What the portal answers is never what was declared."""
    declared = configuration.MutationsProvider.to_declaration
    patch.setattr(
        configuration.MutationsProvider,
        "to_declaration",
        lambda self, answer, props: {"ticked": {**declared(self, answer, props)["ticked"], "death": False}},
    )


def forgets_to_write(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(configuration.MutationsProvider, "change", lambda self, portal, props, found, olds: found)


def takes_away_at_a_disappearing_centre(patch: pytest.MonkeyPatch) -> None:
    """Whoever leaves the declaration goes, as at the merged centre."""
    plan = plan_module.plan

    def planned(*arguments: Any) -> list[Planned]:
        return [replace(item, kept_on_destroy=False) for item in plan(*arguments)]

    patch.setattr(in_process_world, "plan", planned)


def forgets_who_is_to_go(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CleanedUpProvider, "leaving", lambda self, portal, props: [])


def removes_a_co_manager_too(patch: pytest.MonkeyPatch) -> None:
    leaving = CleanedUpProvider.leaving
    patch.setattr(
        CleanedUpProvider,
        "leaving",
        lambda self, portal, props: leaving(self, portal, {**props, "coManagersStay": False}),
    )


def goes_before_its_day(patch: pytest.MonkeyPatch) -> None:
    leaving = CleanedUpProvider.leaving
    patch.setattr(
        CleanedUpProvider,
        "leaving",
        lambda self, portal, props: leaving(self, portal, {**props, "confirmedOn": "2024-10-28"}),
    )


def tells_who_somebody_is(patch: pytest.MonkeyPatch) -> None:
    observed = UserProvider.read_outputs
    patch.setattr(
        UserProvider, "read_outputs", lambda self, answer: {**observed(self, answer), "who": answer["ssin"]}
    )


def accepts_again(patch: pytest.MonkeyPatch) -> None:
    """An acceptance that was used counts as if it were new."""
    patch.setattr(retained, "_accepted_on", lambda known: "")


def absorbs_other_kinds(patch: pytest.MonkeyPatch) -> None:
    """A change in anything but these three is the new baseline."""
    seen = retained._observe

    def seeing(declared: Any, known: Any, *, accepts: bool = True) -> Any:
        found = seen(declared, known, accepts=accepts)
        compared = declared["kind"] in ("mutations", "technicalProviders", "ftpAccounts")
        return (
            found
            if compared or found["observed"] in retained.NO_CHANGE
            else seen(declared, {}, accepts=accepts)
        )

    patch.setattr(retained, "_observe", seeing)


def released_before_its_day(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(retained, "is_released", lambda declared, known: bool(retained._released_on(declared)))


def never_released(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(retained, "is_released", lambda declared, known: False)


def retains_again_what_it_finds(patch: pytest.MonkeyPatch) -> None:
    """What happened while a thing was released is its new baseline."""
    seen = retained._observe

    def seeing(declared: Any, known: Any, *, accepts: bool = True) -> Any:
        return seen(declared, {} if known.get("observed") == retained.RELEASED else known, accepts=accepts)

    patch.setattr(retained, "_observe", seeing)


def forgets_what_it_managed_while_released(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(retained, "merge_managed", lambda *managed: dict(managed[0] or {}))


def saves_who_is_not_declared(patch: pytest.MonkeyPatch) -> None:
    """A clean-up at a disappearing centre saves the users again, as they are, before they go."""
    leaving = CleanedUpProvider.leaving

    def saving(self: CleanedUpProvider, portal: Any, props: Any) -> Any:
        users = leaving(self, portal, props)
        for user in users:
            path = paths.user(props["organization"], props["domain"], user["id"])
            body = {name: user[name] for name in ("ssin", "applications", "roles", "blocked")}
            session.writing(props["organization"]).replace(path, body, portal.get(path).etag)
        return users

    patch.setattr(CleanedUpProvider, "leaving", saving)


def empties_what_is_not_declared(patch: pytest.MonkeyPatch) -> None:
    """Of a user at a disappearing centre, too."""
    body = UserProvider.body
    patch.setattr(UserProvider, "body", lambda self, props, found=None: body(self, props, None))


_HERNE = "Herne"
_SENDER = RetainedByHand(_HERNE, "sender", {"phone": "+3200000000"})
_RELEASED: list[Action] = [
    Say(("retain", "reviewOn"), "2025-03-01"),
    Release(_HERNE, "sender"),
    Until("2025-03-01"),
]
PLANTED: dict[Plant, list[Action]] = {
    writes_what_is_retained: [],
    ignores_a_field: [ByHand("sender", {"phone": "+3200000000"})],
    ignores_who_is_blocked: [UserByHand(_HERNE, 0, {"blocked": True})],
    changes_for_ever: [],
    forgets_to_write: [Tick("death", False)],
    takes_away_at_a_disappearing_centre: [DeclareUser(_HERNE, 5), Up(), DropUser(_HERNE, 2)],
    tells_who_somebody_is: [DeclareUser("", 5)],
    empties_what_is_not_declared: [UserByHand(_HERNE, one, {"blocked": True}) for one in (0, 1)],
    accepts_again: [Accept(_HERNE, "mutations"), Up(), RetainedByHand(_HERNE, "mutations")],
    absorbs_other_kinds: [_SENDER],
    released_before_its_day: [Release(_HERNE, "sender"), _SENDER],
    never_released: [*_RELEASED, _SENDER],
    retains_again_what_it_finds: [*_RELEASED, _SENDER, Up(), WithdrawRelease(_HERNE, "sender")],
    forgets_what_it_managed_while_released: [
        *(replace(one, kind="users") if isinstance(one, Release) else one for one in _RELEASED),
        DeclareUser(_HERNE, 0),
        Up(),
        DropUser(_HERNE, -1),
        WithdrawRelease(_HERNE, "users"),
    ],
}


_LATER = {"confirmedOn": "2025-02-20", "reason": "agreed", "atMost": 100}
PLANTED_IN_ANTWERPEN: dict[Plant, list[Action]] = {
    forgets_who_is_to_go: [AddedByHand(0)],
    removes_a_co_manager_too: [
        DeclareManagers("", 0, (2,)),
        AddedByHand(2),
        Up(),
        DeclareManagers("", 0, None),
    ],
    saves_who_is_not_declared: [DropUser("Borsbeek", 0)],
    goes_before_its_day: [Say(("access", "cleanUp"), _LATER), Up(), AddedByHand(0)],
}


@pytest.mark.parametrize("plant", PLANTED | PLANTED_IN_ANTWERPEN, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_noticed(
    template: Templates, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R05, R24 and others."""
    fusion = "pajottegem" if plant in PLANTED else "antwerpen"
    actions = [*(PLANTED | PLANTED_IN_ANTWERPEN)[plant], Up()]
    start = template(fusion, "2025-02-03")
    _lead(start.open_copy(), actions)
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        _lead(start.open_copy(), actions)


def test_the_search_finds_a_planted_fault_and_a_short_way_to_it(
    template: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = template("hasselt", "2025-02-03")
    ignores_who_is_blocked(monkeypatch)
    with pytest.raises(AssertionError) as found:
        search(HASSELT, start.open_copy, examples=60, lengths=(0, 6))
    (told,) = (line for line in found.value.__notes__ if line.startswith("actions = "))
    assert "blocked" in told
    assert told.count("(") <= 5


def _lead(opened: AbstractContextManager[in_process_world.InProcessWorld], actions: list[Action]) -> None:
    with opened as world:
        for action in actions:
            action.apply(world)
