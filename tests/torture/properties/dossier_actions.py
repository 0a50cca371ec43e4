"""Forms and attestations by hand, as people do it in the centre's software (R06, R70)."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core import reference
from providers import paths
from schemas.errors import PortalError
from tests.support import portal_tables
from tests.torture.properties.dossier_invariants import KINDS, Form, read_forms
from tests.torture.properties.world import Data, World, ssin


@dataclass(frozen=True)
class OpenByHand:
    """Somebody opens a form at a merging centre; the portal refuses a day on which it has merged."""

    centre: str
    kind: str
    person: int
    day: str

    def apply(self, world: World) -> None:
        codes = sorted(reference.attestation_codes())  # forms may have them too
        reference_ = f"{self.centre} {self.person}"
        _post(world, _number(world, self.centre), self.kind, {
            "ssin": ssin(f"by.hand.{self.person}"), "qualityCode": codes[self.person % len(codes)],
            "reference": reference_, "startDate": self.day,
        })  # fmt: skip


@dataclass(frozen=True)
class StopByHand:
    """Somebody stops one of a centre's running forms."""

    centre: str
    kind: str
    position: int
    end: str

    def apply(self, world: World) -> None:
        number = _number(world, self.centre)
        form = _running(world, number, self.kind, self.position)
        if form:
            _post(world, number, f"{self.kind}/stops", {"endDate": self.end, "ids": [form.id]})


@dataclass(frozen=True)
class EnterByHand:
    """Somebody enters one of a centre's running forms at the merged centre, without saying which one it continues (R70)."""

    centre: str
    kind: str
    position: int
    day: str

    def apply(self, world: World) -> None:
        form = _running(world, _number(world, self.centre), self.kind, self.position)
        if form and form.start_date < world.original["takesEffect"]:
            of = portal_tables.read_ssin(world.database, form.person_id)
            _post(world, world.number(""), self.kind, {
                "ssin": of, "qualityCode": form.quality_code, "reference": form.reference, "startDate": self.day,
            })  # fmt: skip


@dataclass(frozen=True)
class DecideEnded:
    """The declaration says whether what ended by itself at a centre goes on; None: it does not say so any more."""

    centre: str
    goes_on: bool | None

    def apply(self, world: World) -> None:
        def change(data: Data) -> None:
            declared = data["dossiers"]
            others = [one for one in declared.get("ended", ()) if one["centre"] != self.centre]
            said = {"centre": self.centre, "goOn": self.goes_on, "reason": "the centre said so"}
            declared["ended"] = others if self.goes_on is None else [*others, said]
            if not declared["ended"]:
                del declared["ended"]  # an empty list is a finding

        world.edit(change)


@dataclass(frozen=True)
class Unlock:
    """What a centre was handling is done, earlier than was thought."""

    centre: str

    def apply(self, world: World) -> None:
        portal_tables.unlock_forms(world.database, _number(world, self.centre))


def _number(world: World, centre: str) -> str:
    return next(one.kbo for one in world.fusion.merging if one.name == centre)


def _running(world: World, number: str, kind: str, position: int) -> Form | None:
    found = [
        form
        for form in read_forms(world).values()
        if form.organization == number and form.kind == KINDS[kind] and form.end_date is None
    ]
    return found[position % len(found)] if found else None


def _post(world: World, number: str, path: str, body: dict[str, object]) -> None:
    try:
        world.hand(number).add(f"{paths.INTEGRATIONS}/{number}/{path}", body)
    except PortalError:
        return
