"""What the plan says of what is retained: parts that are managed, acceptances, releases, the review (R05, R22, R61)."""

from __future__ import annotations

import pytest

from providers import access, retained, review
from tests.stacks.conftest import FUSIONS, NAMES, Planning, edited, planning, shipped
from tests.stacks.test_plan import of

every_fusion = pytest.mark.parametrize("name", NAMES)


def test_what_of_the_head_managers_is_declared_is_left_to_their_resource() -> None:
    """R16: co-chiefs whom the declaration does not speak of are watched, and who becomes a chief is not missed."""
    planned = shipped("pajottegem")
    (herne,) = [
        item
        for item in of(planned.resources, retained.RetainedChiefAccessManagers)
        if item.centre.slug == "herne"
    ]
    (chiefs,) = [
        one for one in of(planned.resources, access.ChiefAccessManagers) if one.centre.slug == "herne"
    ]
    assert herne.props["managed"] == {"": ["chiefAccessManagers"]}
    assert herne.props["people"] == {"": [person["ssin"] for person in chiefs.props["people"].values()]}
    assert herne.secrets == {"people"}


def test_where_no_access_is_declared_all_of_it_is_retained() -> None:
    """R22; and what the state remembers of people stays a secret."""
    fusion = shipped("lochristi").fusion
    merging = tuple(centre.model_copy(update={"access": None}) for centre in fusion.merging)
    planned = planning(fusion.model_copy(update={"merging": merging}), FUSIONS)
    for resource, secrets in (
        (retained.RetainedChiefAccessManagers, {"people"}),
        (retained.RetainedAccessManagers, {"people"}),
        (retained.RetainedUsers, {"managed"}),
    ):
        (item,) = of(planned.resources, resource)
        assert not item.props["managed"]
        assert item.secrets == secrets


ACCEPT = (
    "reviewOn: 2026-01-01",
    "reviewOn: 2026-01-01\n  accept:\n"
    "    - {centre: Herne, item: ftpAccounts, on: 2025-02-10, reason: again}\n"
    "    - {centre: Herne, item: ftpAccounts, on: 2025-02-03, reason: closed}\n"
    "    - {centre: Gooik, item: eBox, on: 2025-02-04, reason: moved}",
)


def test_an_accepted_change_reaches_its_centre_and_kind_only() -> None:
    planned = edited("pajottegem", ACCEPT)
    accepted = {item.name: item.props["accepted"] for item in planned.resources if item.props.get("accepted")}
    assert accepted == {
        "herne-retained-ftpAccounts": {"2025-02-10": "again", "2025-02-03": "closed"},
        "gooik-retained-eBox": {"2025-02-04": "moved"},
    }


RELEASE = (
    "reviewOn: 2026-01-01",
    "reviewOn: 2026-01-01\n  release:\n"
    "    - {centre: Herne, item: ftpAccounts, on: 2026-01-05, reason: no file since October}",
)


def test_a_released_thing_stays_in_the_plan_and_says_why() -> None:
    """R61: what is needed no longer leaves by a word in the declaration, with a date and a reason."""
    planned = edited("pajottegem", RELEASE)
    released = {item.name: item.props["released"] for item in planned.resources if item.props.get("released")}
    assert released == {"herne-retained-ftpAccounts": "2026-01-05: no file since October"}


def all_released(name: str, *left: str) -> Planning:
    """Everything of Hasselt's disappearing centre released, but for what is left."""
    entries = "".join(
        f"\n    - {{centre: Kortessem, item: {kind}, on: 2026-01-05, reason: closed}}"
        for kind in retained.KINDS
        if kind not in left
    )
    return edited(name, ("reviewOn: 2026-01-01", f"reviewOn: 2026-01-01\n  release:{entries}"))


def test_where_everything_is_released_there_is_nothing_to_review() -> None:
    """R61."""
    assert of(all_released("hasselt", "eBox").resources, review.Review)
    assert not of(all_released("hasselt").resources, review.Review)


def test_where_all_head_managers_are_declared_the_rest_is_everything() -> None:
    """R61: they are not watched, and so cannot be released."""
    fusion = all_released("hasselt", "chiefAccessManagers").fusion
    (kortessem,) = fusion.disappearing
    assert kortessem.access
    assert fusion.is_retained(kortessem)
    named = kortessem.access.model_copy(update={"co_chief_access_managers": ()})
    assert not fusion.is_retained(kortessem.model_copy(update={"access": named}))


@every_fusion
def test_every_disappearing_centre_has_its_review(name: str) -> None:
    planned = shipped(name)
    reviews = {item.centre.kbo: item.props["on"] for item in of(planned.resources, review.Review)}
    assert reviews == {
        centre.kbo: planned.fusion.retain.review_on.isoformat() for centre in planned.fusion.disappearing
    }
