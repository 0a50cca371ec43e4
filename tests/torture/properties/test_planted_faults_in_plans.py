"""What holds an `up` to its plan can fail: each fault, planted in a provider, is noticed after a short sequence."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pulumi.dynamic import CheckResult, CreateResult

from providers import declared_people, removal, replaced_accounts, session
from providers.access import AccessManagersProvider, ChiefAccessManagersProvider, UserProvider
from providers.chaman import SenderContactProvider
from providers.declared_people import DeclaredPeopleProvider
from tests.providers import resource_harness
from tests.torture.properties.actions import Action, Say
from tests.torture.properties.edits import (
    AddDomain,
    AddUser,
    ChangeUser,
    DropCoManager,
    DropDomain,
    DropUsers,
    NameChiefs,
    RemovePerson,
)
from tests.torture.properties.in_process_world import Template
from tests.torture.properties.kept_plans import PlanAndUp, lead, sets_something
from tests.torture.properties.manual_changes import AddedByHand, CoManagerByHand, UserByHand
from tests.torture.properties.simulated_engine import convert_quickly

Plant = Callable[[pytest.MonkeyPatch], None]


def says_nothing_of_lost_roles(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AccessManagersProvider, "losses", lambda *_: [])


def says_nothing_of_lost_chiefs(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ChiefAccessManagersProvider, "losses", lambda *_: [])


def says_nothing_of_lost_rights(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(UserProvider, "losses", lambda *_: [])


def says_nothing_of_a_lost_folder(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(replaced_accounts, "losses_of_ftp", lambda *_: [])


def says_nothing_of_an_account_that_ends(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(replaced_accounts, "losses_of_rest", lambda *_: [])


def says_nothing_of_who_stays(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(DeclaredPeopleProvider, "check", lambda _self, _olds, news: CheckResult(news, []))


def says_nothing_of_who_goes_with_a_domain(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(declared_people, "_going", lambda *_: [])


def says_that_everybody_loses(patch: pytest.MonkeyPatch) -> None:
    losses = AccessManagersProvider.losses

    def all_of_them(self: AccessManagersProvider, live: Any, news: Any) -> list[str]:
        return losses(self, {**live, "accessManager": "portal:00000000"}, news)

    patch.setattr(AccessManagersProvider, "losses", all_of_them)


def removes_a_second_user(patch: pytest.MonkeyPatch) -> None:
    take = removal._take

    def taking(portal: Any, props: Any, role: str, found: Any) -> None:
        take(portal, props, role, found)
        for user in portal.get_items(UserProvider().path(props))[:1]:
            path = f"{UserProvider().path(props)}/{user['id']}"
            portal.delete(path, portal.get(path).etag)

    patch.setattr(removal, "_take", taking)


def removes_nobody_whom_it_named(patch: pytest.MonkeyPatch) -> None:
    def create(self: removal.RemovedProvider, props: Any) -> CreateResult:
        return CreateResult(self.identity(props), {**props, "origin": removal.REMOVED, "waiting": {}})

    patch.setattr(removal.RemovedProvider, "create", create)


def takes_away_who_was_there(patch: pytest.MonkeyPatch) -> None:
    """A user whom this stack found, and said to stay, goes with the line."""

    def taking(self: UserProvider, _id: str, props: Any) -> None:
        portal = session.writing(props["organization"])
        if found := self.find(portal, props):
            self.remove(portal, props, found)

    patch.setattr(UserProvider, "delete", taking)


def empties_what_is_not_declared(patch: pytest.MonkeyPatch) -> None:
    body = UserProvider.body
    patch.setattr(UserProvider, "body", lambda self, props, found=None: body(self, props, None))


def saves_another_language(patch: pytest.MonkeyPatch) -> None:
    body = SenderContactProvider.body
    patch.setattr(SenderContactProvider, "body", lambda self, *given: body(self, *given) | {"language": "de"})


_SUPPLIER = ("accounts", "rest", "certificateManagement", "external", "supplier")
_ROLES: list[Action] = [UserByHand("", one, {"roles": ["Raadpleger"]}) for one in range(4)]
_ADOPTED: list[Action] = [AddedByHand(5), AddUser(0, 0, 5, ("Uniek verslag",)), PlanAndUp()]
_MADE_HERE: list[Action] = [AddDomain(0, 1, 4), PlanAndUp()]
PLANTED: dict[Plant, list[Action]] = {
    says_nothing_of_lost_roles: [DropCoManager(0, 0, 0)],
    says_that_everybody_loses: [DropCoManager(0, 0, 0)],
    says_nothing_of_lost_chiefs: [NameChiefs(0, (0,), handover=True)],
    says_nothing_of_lost_rights: [ChangeUser(0, 0, 0, "applications", "none")],
    says_nothing_of_a_lost_folder: [Say(("accounts", "ftp", "name"), "FTP 2")],
    says_nothing_of_an_account_that_ends: [Say(_SUPPLIER, "welzijnsware")],
    says_nothing_of_who_stays: [DropUsers(1, 0, (0,))],
    says_nothing_of_who_goes_with_a_domain: [*_MADE_HERE, CoManagerByHand(1, 5), DropDomain(0, 1)],
    removes_a_second_user: [RemovePerson(1, 0, 0)],
    removes_nobody_whom_it_named: [RemovePerson(1, 0, 0)],
    takes_away_who_was_there: [*_ADOPTED, DropUsers(0, 0, (4,))],
    empties_what_is_not_declared: [*_ROLES, ChangeUser(0, 0, 0, "blocked", True)],
    saves_another_language: [Say(("accounts", "sender", "phone"), "+3254891099")],
}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("plans")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resource_harness, "on_the_wire", convert_quickly)
        return Template(folder, "hasselt", "2025-02-03", beyond=True, choose=sets_something)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_noticed(start: Template, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource_harness, "on_the_wire", convert_quickly)
    _lead(start, PLANTED[plant])
    plant(monkeypatch)
    with pytest.raises(AssertionError, match="said"):
        _lead(start, PLANTED[plant])


def _lead(start: Template, actions: list[Action]) -> None:
    counts: Counter[str] = Counter()
    with start.open_copy() as world:
        lead(world, [*actions, PlanAndUp()], applied=True, counts=counts)
    assert counts["plans"] == 1 + actions.count(PlanAndUp()), counts
    assert counts["edits"], counts
