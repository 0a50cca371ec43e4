"""Pull requests of the kinds that occur: the comment is right, complete, and within the host's limit."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from operations.approvals.digest import digest_of
from operations.plans.model import Plan
from operations.reviews.hosts import GitHub
from tests.operations.plans.conftest import document, preview_of, step
from tests.operations.reviews.conftest import CHECKOUT, Edit, Repository, appended, gone, replaced, written

DOMAIN = {"domain": "maatschappelijkWelzijn"}
EVERY = sorted(path.stem for path in (CHECKOUT / "fusions").glob("*.yaml"))
WAVE_2031 = CHECKOUT / "tests" / "waves" / "2031" / "fusions"


def moved(old: str, new: str) -> Edit:
    return lambda root: (root / "fusions" / old).rename(root / "fusions" / new)


def linked(path: str, to: str) -> Edit:
    return lambda root: (root / path).symlink_to(to)


def with_crlf(root: Path) -> None:
    path = root / "fusions" / "tielt.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def every_one(root: Path) -> None:
    for name in EVERY:
        appended(name, "# gone through with the centre\n")(root)


def other_certificate(root: Path) -> None:
    folder = root / "fusions" / "certificates"
    shutil.copy2(folder / "nazareth-de-pinte-ftp.cer", folder / "pajottegem-ftp.cer")


def no_secrets(root: Path) -> None:
    (root / ".state" / "rehearsal" / "secrets.yaml").unlink()


def user(key: str, **more: Any) -> dict[str, Any]:
    return step(
        "access:User", key, new=DOMAIN | {"person": key, "applications": ["E-Box Onderneming"]} | more
    )


@dataclass(frozen=True)
class Kind:
    """:param edits: what the pull request commits. :param says: what the comment has, in this order.
    :param planned: the stacks that are previewed."""

    edits: Sequence[Edit]
    says: Sequence[str]
    previews: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    planned: Sequence[str] = ()
    code: int = 0
    digest: bool = False
    silent: Sequence[str] = ()
    before: Callable[[Path], None] | None = None


ADDED = "        - {person: hilde.jacobs, applications: [E-Box Onderneming]}\n    werkgeverSocialeZekerheid:"
GRIET_GOES = {
    "severity": "warning",
    "message": "warning: griet.vandenbossche is no longer chief access manager of Pajottegem (R16)",
}
KINDS: dict[str, Kind] = {
    "a user is added": Kind(
        [replaced("pajottegem", "    werkgeverSocialeZekerheid:", ADDED)],
        ["changed fusions: 1; unchanged: 12", "`hilde.jacobs` — **to be made**", "E-Box Onderneming"],
        {"pajottegem": preview_of(user("hilde.jacobs", found={"outcome": "made", "says": ""}))}, ["pajottegem"], digest=True,
    ),
    "a type is unticked": Kind(
        [replaced("pajottegem", "    - nationality\n", "")],
        ["does not receive", "never arrive", "(R50)", "`Nationaliteit`: ticked → not ticked"],
        {"pajottegem": document("edits")}, ["pajottegem"], digest=True,
    ),
    "a new certificate beside an edit": Kind(
        [other_certificate, replaced("pajottegem", "+32 54 89 10 00", "+32 54 89 10 01")],
        ["`pajottegem`", "No changes."], {}, ["pajottegem"],
    ),
    "another supplier": Kind(
        [replaced("pajottegem", "external: {supplier: socius}", "external: {supplier: dossiermeester}")],
        ["REST account `OCMW Online` — **to be changed**", "`socius` → `dossiermeester`"],
        {"pajottegem": preview_of(step(
            "chaman:RestAccount", "rest", "update",
            old={"accountName": "OCMW Online", "certificateManagement": {"supplier": "socius"}},
            new={"accountName": "OCMW Online", "certificateManagement": {"supplier": "dossiermeester"}},
        ))}, ["pajottegem"], digest=True,
    ),
    "a wrong KBO": Kind(
        [replaced("pajottegem", "ocmw: {kbo: 1010.784.738", "ocmw: {kbo: 1010.784.739")],
        ["not planned, since there are findings: `pajottegem`", "findings: 1", "`fusions/pajottegem.yaml:8:13`"], code=1,
    ),
    "a wrong person's key": Kind(
        [replaced("hasselt", "person: sara.knapen", "person: sarah.knapen")],
        ["❌", "fusions/hasselt.yaml:", "unknown-person"], code=1,
    ),
    "a clean-up": Kind(
        [replaced("antwerpen", "atMost: 10", "atMost: 9")],
        ["**who goes (R24)**"], {"antwerpen": document("clean-up")}, ["antwerpen"], digest=True,
    ),
    "a handover": Kind(
        [replaced("pajottegem", "Managers: [els.peeters, griet.vandenbossche]", "Managers: [els.peeters]")],
        ["attention", "`griet.vandenbossche` is no longer `chief access manager of Pajottegem` (R16)", "to be changed"],
        {"pajottegem": preview_of(
            step("access:ChiefAccessManagers", "chiefs", "update",
                 old={"people": ["els.peeters", "griet.vandenbossche"]}, new={"people": ["els.peeters"]}),
            diagnostics=(GRIET_GOES,),
        )}, ["pajottegem"], digest=True,
    ),
    "a new fusion": Kind(
        [written("fusions/denkebeek.yaml", (WAVE_2031 / "denkebeek.yaml").read_bytes())],
        ["changed fusions: 1; unchanged: 13", "`denkebeek`: no stack yet. It is planned as a new one",
         "the settings of `Pulumi.yaml`", "**to be made**"],
        {"denkebeek": preview_of(user("hilde.jacobs", found={"outcome": "made", "says": ""}))}, ["denkebeek"],
        digest=True, silent=["findings"],
    ),
    "a new fusion where no people are known": Kind(
        [written("fusions/denkebeek.yaml", (WAVE_2031 / "denkebeek.yaml").read_bytes())],
        ["This plan has no digest", "what its plan is made from cannot be read"],
        {"denkebeek": preview_of(user("hilde.jacobs", found={"outcome": "made", "says": ""}))}, ["denkebeek"],
        before=no_secrets,
    ),
    "a new fusion and another": Kind(
        [written("fusions/denkebeek.yaml", (WAVE_2031 / "denkebeek.yaml").read_bytes()), appended("tielt", "# a remark\n")],
        ["changed fusions: 2; unchanged: 12", "`denkebeek`: no stack yet", "**to be made**", "- `tielt`: No changes."],
        {"denkebeek": preview_of(user("hilde.jacobs", found={"outcome": "made", "says": ""}))}, ["denkebeek", "tielt"],
        digest=True,
    ),
    "thirteen at once": Kind(
        [every_one], ["✂️ This comment is shortened", "changed fusions: 13; unchanged: 0"],
        {name: document("first") for name in EVERY}, EVERY, digest=True,
    ),
    "only comments": Kind(
        [appended("tielt", "# a remark\n")],
        ["changed fusions: 1; unchanged: 12", "- `tielt`: No changes.", "fusions that this does not touch: 12",
         "There is nothing to apply."],
        {}, ["tielt"], silent=["fusion up"],
    ),
    "a renamed file": Kind(
        [moved("hasselt.yaml", "hasselt-kortessem.yaml")],
        ["`hasselt` is called `hasselt-kortessem` now", "the stack `hasselt` will no longer find its declaration",
         "`fusions/hasselt-kortessem.yaml:"], code=1,
    ),
    "line ends of Windows": Kind([with_crlf], ["- `tielt`: No changes."], {}, ["tielt"]),
    "a deleted declaration": Kind(
        [gone("fusions/tielt.yaml")],
        ["`tielt`: the declaration is gone. Nothing is taken away at the portal", "`pulumi destroy`"], silent=["fusion up"],
    ),
    "code": Kind(
        [written("stacks/program.py", b"import os\n")],
        ["there is no plan", "`stacks/program.py`"], silent=["fusion up", "findings:"],
    ),
    "code and a fusion": Kind(
        [written("providers/evil.py", b"x"), replaced("hasselt", "person: sara.knapen", "person: sarah.knapen")],
        ["there is no plan", "`providers/evil.py`", "unknown-person"], code=1,
    ),
    "a stack's settings": Kind(
        [written("stacks/Pulumi.tielt.yaml", b"config: {fusion:portalUrl: https://evil.example}\n")],
        ["there is no plan", "`stacks/Pulumi.tielt.yaml`"], silent=["evil.example"],
    ),
    "a certificate only": Kind(
        [other_certificate], ["changed fusions: 1; unchanged: 12"], {}, ["pajottegem"],
    ),
    "a certificate is missing": Kind(
        [gone("fusions/certificates/pajottegem-ftp.cer")],
        ["not planned, since there are findings: `pajottegem`", "pajottegem-ftp.cer"], code=1,
    ),
    "two fusions with one KBO": Kind(
        [replaced("tielt", "    kbo: 0212.198.782", "    kbo: 0212.189.577")],
        ["findings:", "fusions/tielt.yaml:"], code=1,
    ),
    "a link": Kind(
        [linked("fusions/evil.yaml", "/etc/passwd"), linked("fusions/certificates/evil.cer", "../../stacks/program.py")],
        ["not taken, so there is no plan: `fusions/certificates/evil.cer`: `a link", "`fusions/evil.yaml`"],
        code=1, silent=["root:"],
    ),
    "a link in place of the folder": Kind(
        [lambda root: shutil.rmtree(root / "fusions"), linked("fusions", "/etc")],
        ["not taken, so there is no plan: `fusions`: `a link"], code=1,
    ),
    "a key that is an INSZ": Kind(
        [replaced("hasselt", "person: sara.knapen", "person: {planted}")], ["fusions/hasselt.yaml:"], code=1,
    ),
    "a renamed key of a person": Kind(
        [replaced("pajottegem", "person: tom.maes", "person: thomas.maes"),
         replaced("pajottegem", "person: tom.maes", "person: thomas.maes")],
        ["findings: 2", "unknown-person", "unknown-person"], code=1,
    ),
    "nothing at all": Kind([], ["changed fusions: 0; unchanged: 13"], silent=["fusion up", "❌"]),
    "a file that nobody names": Kind(
        [written("fusions/certificates/nobodys.cer", b"x")], ["changed fusions: 0; unchanged: 13"]),
    "another ending": Kind([moved("tielt.yaml", "tielt.yml")], ["fusions/tielt.yml:"], code=1),
    "half a fusion in conflict signs": Kind(
        [appended("tielt", "<<<<<<< HEAD\n`@everyone` <!-- x -->\n")], ["findings: ", "fusions/tielt.yaml:"], code=1,
    ),
    "a name that breaks out": Kind(
        [written("docs/`@everyone` #1 <!-- x -->|\n.md", b"x")], ["there is no plan"], silent=[" @everyone", "\n.md"],
    ),
}  # fmt: skip


@pytest.fixture(params=[*KINDS])
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def secrets_of(root: Path) -> list[str]:
    path = root / ".state" / "rehearsal" / "secrets.yaml"
    if not path.exists():
        return []
    found = yaml.safe_load(path.read_text())
    return [re.sub(r"\D", "", str(one["insz"])) for one in found["people"].values()] + [
        *found["passwords"].values()
    ]


def test_a_pull_request(kind: Kind, repository: Repository) -> None:
    planted = secrets_of(repository.root)
    if kind.before:
        kind.before(repository.root)
    for stack, preview in kind.previews.items():
        repository.preview(stack, preview)
    head = repository.pull(*kind.edits, lambda root: plant(root, planted))
    out = repository.root / ".state" / "out"
    ran = repository.review(head, "--out", str(out))
    assert ran.code == kind.code, ran.out + ran.err
    comment = ran.out
    place = 0
    for line in kind.says:
        assert line in comment[place:], f"{line!r} is not in\n{comment[place:]}"
        place += comment[place:].index(line)
    assert not [line for line in kind.silent if line in comment]
    assert f"commit `{head[:12]}`" in comment
    assert {stack for stack, _, _ in repository.previewed} == {*kind.planned}
    hold(comment, repository, out)
    assert repository.git("status", "--porcelain") == ""
    assert [*(repository.root / ".state" / "reviews").iterdir()] == []
    plan = Plan.model_validate_json((out / "plan.json").read_text(), by_alias=True)
    assert bool(re.search("--approved", comment)) is kind.digest
    if kind.digest:
        assert plan.digest == digest_of(plan)
        assert f"fusion up {' '.join(kind.planned)} --approved {plan.digest}\n" in comment
    for form in [comment, *(path.read_text() for path in out.iterdir())]:
        plain = re.sub(r"(?<=\d)[.-](?=\d)", "", form)
        assert not [secret for secret in planted if secret in plain]


def plant(root: Path, secrets: Sequence[str]) -> None:
    path = root / "fusions" / "hasselt.yaml"
    if path.is_file() and "{planted}" in (text := path.read_text()):
        path.write_text(text.replace("{planted}", secrets[0]))


OUR_FOLD = re.compile(r"<details><summary>[\w ]+ \(\d+\)</summary>\n|</details>\n")
"""The only HTML in a comment: what stays as it is can be folded."""


def hold(comment: str, repository: Repository, out: Path) -> None:
    """What holds of every comment."""
    assert len(comment.encode()) <= GitHub.budget
    tokens = MarkdownIt("commonmark", {"html": True}).parse(comment)
    inner = [child for token in tokens for child in token.children or []]
    assert not [one for one in inner if one.type in {"html_inline", "link_open", "image"}]
    assert all(OUR_FOLD.fullmatch(one.content) for one in tokens if one.type == "html_block")
    here = str(repository.root)
    assert here not in comment
    assert ".state/reviews" not in comment
    for file in ("review.json", "plan.json", "code-quality.json"):
        text = (out / file).read_text()
        json.loads(text)
        assert here not in text
        assert ".state/reviews" not in text
    assert (out / "plan.html").read_text().endswith("</html>\n")
    assert (out / "comment.md").read_text() == comment
    for stack, place, declared in repository.previewed:
        assert Path(place).parent == repository.root / ".state" / "reviews", stack
        assert declared
    for stack, state in repository.made:
        assert state.startswith(f"file://{repository.root}/.state/reviews/"), stack
