"""Numbers against what is known: the mergers of every wave (R01), and municipalities taken for their OCMWs.

A number of one merger in another's declaration would have its portal written: this is where that ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemas.declaration import Draft, MergingCentre, slug
from schemas.document import Document
from schemas.findings import Finding, Path
from schemas.identifiers import dotted
from schemas.reference import reference
from schemas.waves import KnownCentre, KnownFusion


def check(draft: Draft, document: Document) -> Iterator[Finding]:
    """Findings about numbers and codes that are sound in themselves and not those of this fusion."""
    known = _known(draft)
    found = [*_municipalities(draft, document)]
    found += _differences(draft, known, document) if known else []
    found += _of_others(draft, known, document)
    # A municipality's number, or another fusion's, is also not the known one: once is enough.
    reported: set[Path | None] = set()
    for finding in found:
        if finding.path not in reported:
            reported.add(finding.path)
            yield finding


def _known(draft: Draft) -> KnownFusion | None:
    """The known merger of this name that is meant: by its day, or else by its year or by all the centres that end with it.
    The same name may merge again in another wave."""
    named = [fusion for fusion in reference().fusions if slug(fusion.name) == draft.slug]
    day = draft.takes_effect
    if day is None:
        return named[0] if named else None
    numbers = {centre.kbo for _, centre in draft.centres()}
    meant = [
        *(fusion for fusion in named if fusion.takes_effect == day),
        *(fusion for fusion in named if fusion.takes_effect.year == day.year),
        *(fusion for fusion in named if numbers >= {centre.kbo for centre in fusion.disappearing}),
    ]
    return meant[0] if meant else None


def _numbers(draft: Draft) -> list[tuple[Path, str]]:
    numbers: list[tuple[Path, str]] = [(("ocmw", "kbo"), draft.ocmw.kbo)] if draft.ocmw else []
    return numbers + [(("merging", index, "kbo"), centre.kbo) for index, centre in draft.centres()]


def _municipalities(draft: Draft, document: Document) -> Iterator[Finding]:
    for path, number in _numbers(draft):
        municipality = reference().municipalities.get(number)
        if municipality:
            yield document.finding(
                path, "municipality-number",
                f"{dotted(number)} is the municipality {municipality.name}; "
                f"its OCMW has {dotted(municipality.ocmw)}",
            )  # fmt: skip


def _of_others(draft: Draft, own: KnownFusion | None, document: Document) -> Iterator[Finding]:
    """Numbers of other known mergers. A centre that goes on may merge again later, one that has ended never; and a number
    that is there already is nobody's new one."""
    merging = {centre.kbo for _, centre in draft.centres()}
    for path, number in _numbers(draft):
        if own and number in own.numbers:
            continue
        for fusion in reference().fusions:
            if fusion is own:
                continue
            if number == fusion.kbo:
                if path == ("ocmw", "kbo") and draft.scenario == 1 and number not in merging:
                    yield document.finding(
                        path, "R01",
                        f"{dotted(number)} is the OCMW of {fusion.name} ({slug(fusion.name)}.yaml), and scenario 1 has a "
                        "new number: put in that of this merger",
                    )  # fmt: skip
                elif draft.takes_effect and draft.takes_effect <= fusion.takes_effect:
                    yield document.finding(
                        path, "R01",
                        f"{dotted(number)} is the OCMW of {fusion.name} by the merger of {fusion.takes_effect} "
                        f"({slug(fusion.name)}.yaml): put the number right, or `takesEffect`, if they merge again later",
                    )  # fmt: skip
            elif centre := next((centre for centre in fusion.disappearing if centre.kbo == number), None):
                yield document.finding(
                    path, "R01",
                    f"{dotted(number)} is the OCMW of {centre.name}, which ends with the merger into {fusion.name} on "
                    f"{fusion.takes_effect} ({slug(fusion.name)}.yaml): put the number right, or declare that fusion",
                )  # fmt: skip


def _differences(draft: Draft, known: KnownFusion, document: Document) -> Iterator[Finding]:
    if draft.scenario and draft.scenario != known.scenario:
        yield document.finding(
            ("scenario",), "R01", f"{known.name} is scenario {known.scenario}, not {draft.scenario}"
        )
    if draft.takes_effect and draft.takes_effect != known.takes_effect:
        yield document.finding(
            ("takesEffect",),
            "R01",
            f"{known.name} takes effect on {known.takes_effect}, not on {draft.takes_effect}",
        )
    if draft.ocmw and draft.ocmw.kbo != known.kbo:
        yield document.finding(
            ("ocmw", "kbo"), "R01",
            f"the OCMW of {known.name} has {dotted(known.kbo)}, not {dotted(draft.ocmw.kbo)}",
        )  # fmt: skip
    if draft.ocmw and draft.ocmw.nis != known.nis:
        yield document.finding(
            ("ocmw", "nis"), "R01", f"the NIS of {known.name} is {known.nis}, not {draft.ocmw.nis}"
        )
    by_name = {centre.name: centre for centre in known.merging}
    for index, centre in draft.centres():
        if centre.name in by_name:
            yield from _centre(("merging", index), centre, by_name.pop(centre.name), document)
        else:
            names = ", ".join(other.name for other in known.merging)
            yield document.finding(
                ("merging", index, "name"), "R01", f"{centre.name} is not one of those merging here: {names}"
            )
    if by_name and None not in draft.merging and draft.merging:
        yield document.finding(
            ("merging",), "R01", f"{', '.join(by_name)} merges into {known.name} too", at_key=True
        )


def _centre(path: Path, centre: MergingCentre, known: KnownCentre, document: Document) -> Iterator[Finding]:
    if centre.kbo != known.kbo:
        yield document.finding(
            (*path, "kbo"),
            "R01",
            f"the OCMW of {known.name} has {dotted(known.kbo)}, not {dotted(centre.kbo)}",
        )
    if centre.nis != known.nis:
        yield document.finding(
            (*path, "nis"),
            "R01",
            f"the NIS of {known.name} until the merger is {known.nis}, not {centre.nis}",
        )
    if centre.postcode and centre.postcode != known.postcode:
        yield document.finding(
            (*path, "postcode"),
            "R01",
            f"the postcode of {known.name} is {known.postcode}, not {centre.postcode}",
        )
