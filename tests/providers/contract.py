"""What every portal resource promises, as tests: each `test_<resource>.py` fills in what its resource looks like.

`body` and `saved` say what the portal takes and keeps in the portal's words, apart from the code under test.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from providers.portal import Connection
from providers.resource import PortalProvider
from providers.waiting import Waiting
from schemas.errors import PortalUnreachable
from tests.providers.conftest import OURS, Meanwhile, Portal
from tests.providers.first_look_contract import FirstLookContract, Step, texts
from tests.providers.portal_double import PAJOTTEGEM
from tests.providers.resource_harness import Props, ResourceHarness, kept

CHAMAN = f"/REST/chaman/v1/organizations/{PAJOTTEGEM}"
CONFIGURATION = f"/REST/ocmwConfiguration/v1/organizations/{PAJOTTEGEM}"
ACCESS = f"/REST/accessManagement/v1/organizations/{PAJOTTEGEM}"
SENDER = {"name": "ICT", "phone": "+3254891020", "email": "ict@pajottegem.example", "language": "nl"}


def with_text(value: Any, path: tuple[Step, ...], text: str) -> Any:
    """A copy of `value` with `text` at `path`."""
    if not path:
        return text
    copy = value.copy()
    copy[path[0]] = with_text(value[path[0]], path[1:], text)
    return copy


class Contract(FirstLookContract):
    """The life of one resource of Pajottegem: absent, made, adopted, drifted, gone, waited for, raced for, let go."""

    provider: ClassVar[type[PortalProvider]]
    path: ClassVar[str]
    opens: ClassVar[str] = "2025-01-02"
    """A day on which the portal first allows it (R12, R27, R59)."""

    def declared(self) -> Props:
        """What the declaration says."""
        raise NotImplementedError

    def otherwise(self) -> Props:
        """The same resource with another value."""
        raise NotImplementedError

    def alike(self) -> Props:
        """The declared values in another look: order, case, nulls."""
        raise NotImplementedError

    def prepare(self, portal: Portal) -> None:
        """What must be there before."""

    def body(self, declared: Props) -> Props:
        """What the portal is sent for it."""
        return {name: value for name, value in declared.items() if name not in self.provider.keys}

    def saved(self, declared: Props) -> Props:
        """What the portal then answers, at least."""
        return self.body(declared)

    def live(self, portal: Portal) -> Props | None:
        return portal.get(PAJOTTEGEM, self.path)

    def set_by_hand(self, portal: Portal, declared: Props) -> None:
        portal.save(PAJOTTEGEM, self.path, self.body(declared))

    def clear_by_hand(self, portal: Portal) -> None:
        portal.clear(PAJOTTEGEM, self.path)

    def assert_live(self, portal: Portal, declared: Props) -> None:
        live = self.live(portal)
        assert live is not None, "the portal has nothing"
        saved = self.saved(declared)
        assert {name: live.get(name) for name in saved} == saved

    @pytest.fixture
    def life(self, portal: Portal) -> ResourceHarness:
        """Nothing there yet, all that it needs is."""
        self.prepare(portal)
        return ResourceHarness(self.provider())

    @pytest.fixture
    def made(self, life: ResourceHarness) -> ResourceHarness:
        life.create(self.declared())
        return life

    # -- the first up -----------------------------------------------------------------------------------------------

    def test_what_is_absent_is_made(self, life: ResourceHarness, portal: Portal) -> None:
        before = portal.writes()
        outs = life.create(self.declared())
        assert (outs["origin"], outs["createdBy"]) == ("created", OURS)
        assert life.id.startswith(f"{PAJOTTEGEM}/")
        self.assert_live(portal, self.declared())
        (write,) = portal.writes()[len(before) :]
        assert write.endswith(" 201")

    def test_what_is_there_already_is_adopted_without_a_write(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        """A lost state, or a killed run: never a second one."""
        before = portal.writes()
        outs = ResourceHarness(self.provider()).create(self.declared())
        assert outs["origin"] == "adopted"
        assert portal.writes() == before

    def test_what_is_there_but_different_is_brought_in_sync(
        self, life: ResourceHarness, portal: Portal
    ) -> None:
        self.set_by_hand(portal, self.otherwise())
        assert life.create(self.declared())["origin"] == "adopted"
        self.assert_live(portal, self.declared())

    # -- later runs -------------------------------------------------------------------------------------------------

    def test_a_second_preview_shows_no_change(self, made: ResourceHarness, portal: Portal) -> None:
        before = portal.writes()
        assert not made.changes(self.declared())
        inputs = {name: value for name, value in made.inputs.items() if name != "found"}
        assert made.preview(self.declared()) == "same"
        assert made.inputs == inputs
        assert portal.writes() == before

    def test_another_look_of_the_same_is_no_change(self, made: ResourceHarness) -> None:
        assert self.alike() != self.declared()
        assert made.preview(self.alike()) == "same"

    def test_case_counts_but_for_email_addresses(self, made: ResourceHarness) -> None:
        """Each field called `email` is declared as an address, and nothing else is."""
        declared = self.declared()
        for path, text in texts(declared):
            if path[0] in self.provider.fields and path[-1] == "email":
                assert not made.changes(with_text(declared, path, text.swapcase())), path
        others = {address.rpartition(".")[2] for address in self.provider.addresses} - {"email"}
        assert not others

    def test_what_differs_only_in_looks_at_the_portal_is_no_drift(
        self, life: ResourceHarness, portal: Portal
    ) -> None:
        self.set_by_hand(portal, self.alike())
        life.create(self.declared())
        assert life.preview(self.declared()) == "same"
        assert life.inputs == kept(self.declared())

    def test_drift_shows_the_portals_value_and_is_put_right(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        self.set_by_hand(portal, self.otherwise())
        assert made.preview(self.declared()) == "update"
        changed = [name for name, value in self.otherwise().items() if value != self.declared()[name]]
        assert any(made.outs.get(name) != self.declared()[name] for name in changed)
        assert {name: made.outs.get(name) for name in changed} == {
            name: made.inputs.get(name) for name in changed
        }
        made.update(self.declared())
        self.assert_live(portal, self.declared())
        assert made.preview(self.declared()) == "same"

    def test_drift_stays_in_sight_until_it_is_put_right(self, made: ResourceHarness, portal: Portal) -> None:
        self.set_by_hand(portal, self.otherwise())
        assert [made.preview(self.declared()) for _ in range(2)] == ["update", "update"]

    def test_a_changed_declaration_is_written(self, made: ResourceHarness, portal: Portal) -> None:
        assert made.up(self.otherwise()) == "update"
        self.assert_live(portal, self.otherwise())
        assert made.outs["origin"] == "created"
        assert made.preview(self.otherwise()) == "same"

    def test_what_vanished_is_planned_anew(self, made: ResourceHarness, portal: Portal) -> None:
        self.clear_by_hand(portal)
        result = made.provider.read(made.id, dict(made.outs))
        assert (result.id, result.outs) == ("", {})
        assert made.up(self.declared()) == "create"
        self.assert_live(portal, self.declared())

    def test_a_failed_read_never_looks_like_nothing(
        self, made: ResourceHarness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only the portal's own word "there is none" makes a resource gone."""

        def send(*_: object, **__: object) -> None:
            raise PortalUnreachable(method="GET", path=self.path, status=500)

        monkeypatch.setattr(Connection, "send", send)
        with pytest.raises(PortalUnreachable, match=f"^{self.provider.title} {PAJOTTEGEM}"):
            made.refresh()

    # -- letting go -------------------------------------------------------------------------------------------------

    def test_destroy_takes_away_what_we_made(self, made: ResourceHarness, portal: Portal) -> None:
        made.delete()
        assert self.live(portal) is None

    def test_destroy_leaves_what_was_there_before(self, life: ResourceHarness, portal: Portal) -> None:
        self.set_by_hand(portal, self.otherwise())
        life.create(self.declared())
        before = portal.writes()
        life.delete()
        self.assert_live(portal, self.declared())
        assert portal.writes() == before

    def test_destroying_what_is_gone_already_writes_nothing(
        self, made: ResourceHarness, portal: Portal
    ) -> None:
        self.clear_by_hand(portal)
        before = portal.writes()
        made.delete()
        assert portal.writes() == before
        assert self.live(portal) is None

    # -- not yet ----------------------------------------------------------------------------------------------------

    def test_before_its_first_day_it_waits_and_then_goes_on(self, portal: Portal) -> None:
        """R12, R27, R59: waiting is a state; the next up goes on from there."""
        portal.restart("2024-12-02")
        life = ResourceHarness(self.provider())
        outs = life.create(self.declared())
        assert outs["origin"] == "waiting"
        assert (outs["waiting"]["until"], outs["waiting"]["whom"]) == ("2025-01-01", "KBO")
        assert not life.changes(self.declared())
        assert life.preview(self.declared()) == "same"
        waiting = Waiting.from_props(life.outs["waiting"])
        assert waiting
        assert waiting.cause == "waits for the number's first day: it is not active yet (R12)"

        portal.set_clock(self.opens)
        self.prepare(portal)
        assert life.preview(self.declared()) == "update"
        if self.live(portal) is None:
            shown = life.inputs.keys() & {*self.provider.fields} - {*self.provider.keys}
            assert not shown, "the preview shows what is still to be set as an addition"
        assert life.up(self.declared()) == "update"
        self.assert_live(portal, self.declared())
        assert life.outs["origin"] in {"created", "adopted"}
        assert life.preview(self.declared()) == "same"

    def test_what_somebody_set_while_we_waited_is_adopted(self, portal: Portal) -> None:
        portal.restart("2024-12-02")
        life = ResourceHarness(self.provider())
        life.create(self.declared())
        portal.set_clock(self.opens)
        self.prepare(portal)
        self.set_by_hand(portal, self.declared())
        before = portal.writes()
        life.refresh()
        assert (life.outs["origin"], life.outs["waiting"].get("until")) == ("adopted", None)
        life.up(self.declared())
        life.delete()
        self.assert_live(portal, self.declared())
        assert [write for write in portal.writes()[len(before) :] if not write.startswith("PUT")] == []

    def test_what_is_waited_for_can_be_destroyed(self, portal: Portal) -> None:
        portal.restart("2024-12-02")
        life = ResourceHarness(self.provider())
        life.create(self.declared())
        life.delete()
        assert [write for write in portal.writes() if write.endswith(("200", "201", "204"))] == []

    # -- races ------------------------------------------------------------------------------------------------------

    def test_somebody_who_is_faster_at_making_it_is_taken_into_account(
        self, life: ResourceHarness, portal: Portal, meanwhile: Meanwhile
    ) -> None:
        meanwhile(lambda: self.set_by_hand(portal, self.otherwise()))
        life.create(self.declared())
        self.assert_live(portal, self.declared())

    def test_a_change_between_our_look_and_our_write_is_looked_at_again(
        self, made: ResourceHarness, portal: Portal, meanwhile: Meanwhile
    ) -> None:
        """412: nothing is overwritten unseen, and nothing is left half done."""
        before = len(portal.writes())
        self.set_by_hand(portal, self.otherwise())
        made.refresh()
        meanwhile(lambda: self.set_by_hand(portal, self.otherwise()))
        made.update(self.declared())
        self.assert_live(portal, self.declared())
        assert portal.writes()[before:] == ["PUT 412", "PUT 200"]
