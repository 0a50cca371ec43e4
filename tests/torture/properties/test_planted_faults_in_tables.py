"""As `test_planted_faults`, of faults in moving forms, in waiting, in channels, and in letting go."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pulumi.dynamic import CheckResult, DiffResult, ReadResult

from providers import (
    access_copy,
    batches,
    cleanup,
    dossiers,
    online_requests,
    resource,
    review,
    unique_report,
)
from providers.base import without_provider
from providers.chaman import FtpAccountProvider, RestAccountProvider
from providers.dossiers import DossiersProvider
from providers.resource import WAITING, PortalProvider
from providers.waiting import Waiting
from tests.torture.properties.actions import Action, DeclareUser, DropUser, Say, Section, Up
from tests.torture.properties.calendar import Until
from tests.torture.properties.conftest import Templates
from tests.torture.properties.dossier_actions import DecideEnded, OpenByHand, StopByHand
from tests.torture.properties.in_process_world import Template
from tests.torture.properties.local_changes import NewPassword
from tests.torture.properties.manual_changes import ByHand

Plant = Callable[[pytest.MonkeyPatch], None]


# -- moving ---------------------------------------------------------------------------------------------------------


def finds_no_forms(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(dossiers, "_look", lambda portal, props: dossiers.Found(dossiers.NOTHING_LEFT))


def stops_without_entering(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(batches, "_enter", lambda props, ids, progress: None)


def stops_without_entering_and_forgets(patch: pytest.MonkeyPatch) -> None:
    """The same, and once it is done nothing is found to be left."""
    stops_without_entering(patch)
    look = dossiers._look

    def looking(portal: Any, props: Any) -> dossiers.Found:
        found = look(portal, props)
        left = {"toStop": found.left["toStop"], "toEnter": found.left["toStop"]}
        return dossiers.Found(left, found.waiting)

    patch.setattr(dossiers, "_look", looking)


def moves_what_people_move(patch: pytest.MonkeyPatch) -> None:
    look = dossiers._look
    patch.setattr(dossiers, "_look", lambda at, props: look(at, {**props, "handledBy": "softwareSupplier"}))


def moves_before_the_day(patch: pytest.MonkeyPatch) -> None:
    def moving(props: Any, _olds: Any) -> Any:
        for ids in batches._pages(props, "stop"):
            batches._stop(props, ids, batches.Progress("", 0))
        return without_provider(props) | dossiers.NOTHING_LEFT

    patch.setattr(dossiers, "_move", moving)


def enters_what_is_over(patch: pytest.MonkeyPatch) -> None:
    pages = batches._pages

    def more(props: Any, step: str) -> list[list[str]]:
        return [*pages(props, step), *(pages(props, "ended") if step == "enter" else ())]

    patch.setattr(batches, "_pages", more)


def ignores_that_it_goes_on(patch: pytest.MonkeyPatch) -> None:
    pages = batches._pages
    patch.setattr(batches, "_pages", lambda props, step: [] if step == "ended" else pages(props, step))


def never_moves_again(patch: pytest.MonkeyPatch) -> None:
    """What was opened after the first time is not found."""
    patch.setattr(
        DossiersProvider, "check", lambda self, _, news: CheckResult(news | dossiers.NOTHING_LEFT, [])
    )


# -- waiting --------------------------------------------------------------------------------------------------------


def says_nothing_of_what_is_not_set_yet(patch: pytest.MonkeyPatch) -> None:
    for module in (resource, cleanup):
        patch.setattr(module, "waiting_for", lambda error: Waiting("", "", ""))


def says_nothing_of_forms(patch: pytest.MonkeyPatch) -> None:
    look = dossiers._look
    patch.setattr(dossiers, "_look", lambda portal, props: replace(look(portal, props), waiting=None))


def says_nothing_of_reports(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(unique_report, "_waiting", lambda *_: None)


def says_nothing_of_requests(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(online_requests.OnlineRequestsProvider, "waiting", lambda *_: None)


def says_nothing_of_the_copy(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(access_copy.AccessCopyProvider, "waiting", lambda *_: None)


def says_nothing_of_the_review(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(review.ReviewProvider, "waiting", lambda *_: None)


def says_nothing_of_the_supplier(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RestAccountProvider, "find_waiting", lambda self, answer: None)


def never_sets_what_waited(patch: pytest.MonkeyPatch) -> None:
    read_nothing = PortalProvider._read_nothing

    def still_waiting(self: PortalProvider, id_: str, props: Any) -> ReadResult:
        if props.get("origin") != WAITING:
            return read_nothing(self, id_, props)
        outs = without_provider(props)
        return ReadResult(id_, outs, self._inputs(outs))

    patch.setattr(PortalProvider, "_read_nothing", still_waiting)


# -- channels -------------------------------------------------------------------------------------------------------


def without(provider: type[PortalProvider], field: str) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(provider, "fields", tuple(one for one in provider.fields if one != field))

    plant.__name__ = f"{provider.__name__}_without_{field}"
    return plant


def ignores_another_supplier(patch: pytest.MonkeyPatch) -> None:
    diff = RestAccountProvider.diff

    def same_supplier(self: RestAccountProvider, id_: str, olds: Any, news: Any) -> DiffResult:
        return diff(self, id_, {**olds, "supplier": news.get("supplier")}, news)

    patch.setattr(RestAccountProvider, "diff", same_supplier)


def trusts_the_password(patch: pytest.MonkeyPatch) -> None:
    """That it was changed in the portal is not seen."""
    patch.setattr(FtpAccountProvider, "to_declaration", PortalProvider.to_declaration)
    patch.setattr(FtpAccountProvider, "is_in_sync", PortalProvider.is_in_sync)
    patch.setattr(FtpAccountProvider, "fields", ("type", "username", "authorizations", "certificate"))


def ignores_another_password(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(FtpAccountProvider, "diff", PortalProvider.diff)
    without(FtpAccountProvider, "password")(patch)


# -- letting go -----------------------------------------------------------------------------------------------------


def takes_nothing_away(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(PortalProvider, "delete", lambda self, id_, props: None)


def takes_away_what_it_found(patch: pytest.MonkeyPatch) -> None:
    """Who made something is not asked."""
    found = PortalProvider.find

    def ours(self: PortalProvider, portal: Any, props: Any) -> Any:
        answer = found(self, portal, props)
        return answer and replace(answer, body=answer.body | {"createdBy": portal.client_id})

    patch.setattr(PortalProvider, "find", ours)


_DAY = Until("2025-01-01")
_ENDED = StopByHand("Kortessem", "forms", 0, "2024-12-31")
_BY_HAND = Say(("dossiers", "handledBy"), "byHand")
_SUPPLIER = ("accounts", "rest", "certificateManagement", "external", "supplier")
_REST = ("ocmwOnlineRequestsRead", "ocmwOnlineRequestsUpdate", "ocmwOnlineDocumentsRead")
_HASSELT, _BEYOND, _PAJOTTEGEM = ("hasselt", False), ("hasselt", True), ("pajottegem", False)
_FTP_CERTIFICATE = Say(("accounts", "ftp", "certificate"), "certificates/nazareth-de-pinte-ftp.cer")
PLANTED: dict[Plant, tuple[tuple[str, bool], list[Action]]] = {
    finds_no_forms: (_HASSELT, [_DAY]),
    stops_without_entering: (_HASSELT, [_DAY]),
    stops_without_entering_and_forgets: (_HASSELT, [_DAY]),
    moves_what_people_move: (_HASSELT, [_BY_HAND, _DAY]),
    moves_before_the_day: (_HASSELT, [_BY_HAND]),
    enters_what_is_over: (_HASSELT, [_ENDED, _DAY]),
    ignores_that_it_goes_on: (_HASSELT, [_ENDED, DecideEnded("Kortessem", goes_on=True), _DAY]),
    never_moves_again: (_HASSELT, [_ENDED, _DAY, Up(), OpenByHand("Kortessem", "forms", 0, "2024-12-16")]),
    says_nothing_of_what_is_not_set_yet: (_PAJOTTEGEM, [Section("dossiers", present=False)]),
    says_nothing_of_forms: (_HASSELT, [OpenByHand("Kortessem", "forms", 0, "2024-12-16")]),
    says_nothing_of_reports: (_HASSELT, []),
    says_nothing_of_requests: (_HASSELT, []),
    says_nothing_of_the_copy: (_HASSELT, []),
    says_nothing_of_the_review: (_HASSELT, [Say(("retain", "reviewOn"), "2025-01-15"), Until("2025-02-01")]),
    says_nothing_of_the_supplier: (_BEYOND, [Say(_SUPPLIER, "welzijnsware")]),
    never_sets_what_waited: (_PAJOTTEGEM, [Until("2025-01-06")]),
    ignores_another_supplier: (_BEYOND, [Say(_SUPPLIER, "welzijnsware")]),
    without(RestAccountProvider, "authorizations"): (
        _BEYOND,
        [ByHand("restAccounts", {"authorizations": [*_REST, "integrationsConsult"]})],
    ),
    without(FtpAccountProvider, "certificate"): (_BEYOND, [_FTP_CERTIFICATE]),
    trusts_the_password: (_BEYOND, [ByHand("ftpAccounts", {"password": "Elsewhere=1+"})]),
    ignores_another_password: (_BEYOND, [NewPassword("Another=2+")]),
    takes_nothing_away: (_HASSELT, [DeclareUser("", 5), Up(), DropUser("", -1)]),
    takes_away_what_it_found: (_BEYOND, [Section("mutations", present=False)]),
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_noticed(
    template: Templates, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R06, R12, R27, R31, R35, R62 and others."""
    (fusion, beyond), actions = PLANTED[plant]
    start = template(fusion, "2024-11-01", beyond=beyond)
    _lead(start, actions)
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        _lead(start, actions)


def _lead(start: Template, actions: list[Action]) -> None:
    with start.open_copy() as world:
        for action in [*actions, Up()]:
            action.apply(world)
