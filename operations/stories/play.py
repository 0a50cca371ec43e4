"""A story lived through: each step's actions, in the order in which the language lists them, and then what must be so.

The engine is the real one, in a project folder of its own; a step that does not meet its expectations ends the story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic
from typing import Any

from emulator import controls
from emulator.controls import ClockError, Problem
from operations.checks.run import run_checks
from operations.chief_access_managers import listing
from operations.rehearsals import preparation, projects
from operations.rehearsals.certificates import certificate_of, write_certificate
from operations.rehearsals.projects import EngineRun
from operations.rehearsals.suppliers import answer_as
from operations.stories import manual_actions
from operations.stories.expectations import unmet_expectations
from operations.stories.interruption import Interrupted, Interruption
from operations.stories.journal_check import Call, JournalCheck, describe
from operations.stories.language import Portal, Step, Story, Supplier
from operations.stories.portal_state import Forms, forms
from operations.stories.results import Action, Failure, StepOutcome, StoryOutcome
from operations.stories.timeline import results_by_system
from providers.contract import BELGIUM
from providers.settings import REHEARSAL_SECRETS, embedded_database
from schemas.declaration import Fusion
from schemas.errors import FusionError, RehearsalError
from schemas.loading import load_declaration
from schemas.privacy import masked
from schemas.secrets import Secrets, load_secrets
from schemas.systems import System
from stacks.plan import plan
from stacks.planned import Planned
from stacks.waits import WaitingThing

Say = Callable[[str], None]
LAST_SECOND = time(23, 59, 59)
_OF_CALENDAR: Mapping[str, tuple[System, ...]] = {
    "activation": (System.SIGNING_IN,),
    "merger": (System.SIGNING_IN,),
    "relinking": (System.ONLINE_REQUESTS,),
    "accessCopy": (System.ACCESS,),
}
"""The systems of what the portal's calendar brings, by its kinds of events."""

_RENEWED: Mapping[str, Action] = {
    "ftpPassword": Action("the secrets have another FTP password", (System.FTP_ACCOUNT,)),
    "restKey": Action("the secrets have another key of the REST account", (System.REST_ACCOUNT,)),
}
"""What a report says of each secret that a step renews."""


@dataclass
class Player:
    """One story on its way, in `folder`, whose portal stands at the story's start, when it had the forms `forms_before`."""

    folder: Path
    name: str
    fusion: Fusion
    secrets: Secrets
    journal: JournalCheck
    forms_before: Forms = field(default_factory=dict)
    waits: list[WaitingThing] = field(default_factory=list)
    as_of: str = ""
    written_of_up: list[str] = field(default_factory=list)
    summary: Mapping[str, Any] = field(default_factory=dict)
    interruption: Interruption = field(default_factory=Interruption)

    @property
    def database(self) -> Path:
        return embedded_database(self.folder)

    @property
    def declaration(self) -> Path:
        return self.folder / "fusions" / f"{self.name}.yaml"

    def step(self, step: Step) -> StepOutcome:
        """Live through a step; what is not as it should be stands in its `problems`."""
        outcome = StepOutcome(step.on, step.what)
        started = monotonic()
        try:
            self._prepare(step, outcome)
            self._run(step, outcome)
            said = [line for ran in outcome.runs for line in (*ran.errors, *ran.warnings)]
            outcome.said = [line for line in said if any(part in line for part in step.expect.says)]
            outcome.problems += unmet_expectations(
                step, outcome, self.folder, self.fusion, self.journal, self.forms_before
            )
        except Interrupted:
            pass
        except FusionError as error:
            outcome.problems.append(str(error))
        except (ClockError, Problem) as error:
            outcome.problems.append(f"the portal refuses it: {error}")
        except Exception as error:  # whatever it is, it is of this story, and the others go on
            outcome.problems.append(describe_unexpected(error))
        if self.interruption.asked:
            outcome.interrupted, outcome.problems = True, []  # whatever failed, failed of that
        outcome.seconds = monotonic() - started
        return outcome

    # -- what people, the portal and the supplier do ------------------------------------------------------------------

    def _prepare(self, step: Step, outcome: StepOutcome) -> None:
        happened = controls.set_clock(self.database, step.on)
        if happened:
            self.journal.forget()
            outcome.did += [
                Action(happening.line.partition(": ")[2], _OF_CALENDAR.get(happening.kind, ()))
                for happening in happened
                if self.fusion.ocmw.kbo in happening.line
            ]
        if step.portal:
            outcome.did += self._portal(step.portal)
        for by_hand in step.by_hand:
            outcome.did.append(manual_actions.perform(self.folder, self.fusion, self.secrets, by_hand))
        if step.supplier:
            outcome.did.append(self._answer(step.supplier))
        for made in step.certificates:
            until = datetime.combine(date.fromisoformat(made.until), LAST_SECOND, BELGIUM)
            path = self.declaration.parent / "certificates" / made.file
            path.parent.mkdir(exist_ok=True)
            begins = date.fromisoformat(made.since) if made.since else None
            write_certificate(path, self.name, self.fusion.takes_effect, until, begins)
            outcome.did.append(
                Action(f"{made.file} was made, valid until {made.until}", (System.CERTIFICATES,))
            )
        for secret in step.renew:
            self.secrets = preparation.renew(
                self.folder, self.fusion, secret, date.fromisoformat(step.on[:10])
            )
            outcome.did.append(_RENEWED[secret])
        for edit in step.declare:
            systems = self._edit(edit.replace, edit.by)
            outcome.did.append(Action(f"the declaration says {' '.join(edit.by.split())}", systems))
        if outcome.did:
            self.journal.forget()

    def _portal(self, portal: Portal) -> list[Action]:
        did: list[Action] = []
        if portal.clear_faults:
            controls.clear_faults(self.database)
            did.append(Action("the faults ended"))
        if portal.restore:
            controls.restore_checkpoint(self.database, portal.restore)
            did.append(Action(f"the portal is as at {portal.restore}"))
        if portal.save:
            controls.make_checkpoint(self.database, portal.save)
            did.append(Action(f"checkpoint {portal.save}"))
        if portal.postpone_copy:
            day = controls.postpone_copy(self.database, self.fusion.ocmw.kbo, portal.postpone_copy)
            did.append(
                Action(f"the RSZ's copy comes {portal.postpone_copy} days later, at {day}", (System.ACCESS,))
            )
        if portal.fault:
            given = portal.fault
            controls.add_fault(
                self.database,
                controls.Rule(
                    status=given.status,
                    share=given.share,
                    path_pattern=given.path,
                    method=given.method,
                    after_write=given.after_write,
                    max_count=given.max_count,
                ),
            )
            did.append(Action(f"calls fail ({given.status})"))
        return did

    def _answer(self, supplier: Supplier) -> Action:
        """Of every request that is pending at the merged number."""
        accounts, asked = self.fusion.accounts, self.fusion.rest_supplier
        if not (accounts and accounts.rest and asked):
            raise RehearsalError(
                f"{self.fusion.name} delegates nothing, so that there is no request to answer",
                "Declare external management, or leave the answer out of the story",
            )
        accept = supplier.answer == "accept"
        certificate = certificate_of(self.secrets.key(self.fusion.rest_key)) if accept else None
        number, name = self.fusion.ocmw.kbo, accounts.rest.name
        answer_as(self.folder, asked, number, name, certificate, supplier.reason)
        return Action(f"{asked} {'accepts' if accept else 'refuses'}", (System.REST_ACCOUNT,))

    def _planned(self) -> list[Planned]:
        return plan(self.fusion, self.secrets, self.declaration.parent)

    def _edit(self, replace: str, by: str) -> tuple[System, ...]:
        """Change the declaration; the systems in which that changes a resource."""
        text = self.declaration.read_text("utf-8")
        if text.count(replace) != 1:
            raise RehearsalError(
                f"the declaration has `{replace}` {text.count(replace)} times",
                "Give an edit a text that stands there once",
            )
        before = self._planned()
        self.declaration.write_text(text.replace(replace, by), "utf-8")
        self.fusion = load_declaration(self.declaration, self.secrets)
        after = self._planned()
        changed = {item.system for item in (*before, *after) if item not in before or item not in after}
        return tuple(system for system in System if system in changed)

    # -- what the project does ----------------------------------------------------------------------------------------

    def _run(self, step: Step, outcome: StepOutcome) -> None:
        if step.chief_access_managers:
            outcome.did.append(self._list_chief_access_managers())
        if step.refresh:
            self.run_engine("refresh", outcome)
        if step.up:
            self.run_engine("up", outcome)
        if step.preview is not None:
            self.run_engine("preview", outcome)
        outcome.waits, outcome.waits_as_of, outcome.summary = self.waits, self.as_of, self.summary
        if step.up:
            self.written_of_up = outcome.written
        outcome.written_of_up = self.written_of_up
        if step.check:
            self.interruption.look()
            self.journal.skip()
            with projects.working_in(self.folder):
                outcome.checks = run_checks(self.folder, [self.name], lambda _: None)
            # Whoever it signs in as: nobody else is at work meanwhile.
            outcome.problems += list_writes("check", self.journal.read(self.fusion, client=None))

    def run_engine(self, operation: str, outcome: StepOutcome) -> None:
        """`up`, `preview` or `refresh`, and what is to be said of it."""
        self.interruption.look()
        ran = projects.run_engine(self.folder, self.name, operation)
        self.interruption.look()
        outcome.runs.append(ran)
        new = self.journal.read(self.fusion)
        outcome.written += map(describe, new)
        outcome.problems += [f"{operation}: {line}" for line in self.journal.needless(new)]
        outcome.failures += self._failures(ran)
        if operation != "up":
            outcome.problems += list_writes(operation, new)
        # An `up` that fails tells what waits all the same, where it came that far.
        if operation == "up" and "waits" in ran.outputs:
            self.as_of = outcome.on[:10]
            before, now = (
                self.waits,
                [WaitingThing.from_output(entry) for entry in ran.outputs["waits"].values()],
            )
            left = {(one.centre, one.thing) for one in now}
            outcome.came_through = [one for one in before if (one.centre, one.thing) not in left]
            self.waits = now
            summary = ran.outputs.get("summary", {})
            outcome.created = int(summary.get("created", 0) - self.summary.get("created", 0))
            outcome.adopted = int(summary.get("adopted", 0) - self.summary.get("adopted", 0))
            self.summary = summary

    def _failures(self, ran: EngineRun) -> Iterator[Failure]:
        """The lines of its errors that begin with a thing of the fusion, such as `Herne, FTP accounts: …`."""
        lines = dict.fromkeys(line.strip() for text in ran.errors for line in text.splitlines())
        named = [line for line in lines if ", " in line.partition(": ")[0]]
        systems = {item.thing: item.system for item in self._planned()} if named else {}
        for line in named:
            if system := systems.get(line.partition(": ")[0]):
                yield Failure(system, line)

    def _list_chief_access_managers(self) -> Action:
        """The list for Flanders is made, and is what the declaration says (R13)."""
        path = self.folder / ".state" / "chief-access-managers.xlsx"
        with projects.working_in(self.folder):
            listed = listing.read_declarations([self.name], None)
            listing.require_complete(listed, allow_missing=False)
            listing.write(listed, path, masked=False)
            wrong = listing.find_differences(listed, path)
        if wrong:
            raise RehearsalError("the list of chief access managers: " + "; ".join(wrong))
        return Action(
            f"chief access managers for Flanders: {listed.summary()} (R13)", (System.CHIEF_ACCESS_MANAGERS,)
        )


def list_writes(operation: str, calls: Sequence[Call]) -> list[str]:
    """Each call that what only looks has written."""
    return [f"{operation} wrote: {describe(call)}" for call in calls]


def begin_story(folder: Path, name: str, story: Story) -> Player:
    """A story of a fusion about to be lived, in a project folder that is prepared and of its own.

    Raises `FusionError` when the declaration or the secrets cannot be read.
    """
    secrets = load_secrets(folder / REHEARSAL_SECRETS)
    fusion = load_declaration(folder / "fusions" / f"{name}.yaml", secrets)
    controls.reset(embedded_database(folder), story.starts)
    manual_actions.let_in(folder)
    journal = JournalCheck(embedded_database(folder))
    journal.skip()
    return Player(folder, name, fusion, secrets, journal, forms(embedded_database(folder)))


def play(
    folder: Path, name: str, story: Story, say: Say, interruption: Interruption | None = None
) -> StoryOutcome:
    """Live through a story of a fusion, which has dates, in a project folder that is prepared and of its own; or up to an
    interruption."""
    started = monotonic()
    outcome = StoryOutcome(story.story, name)
    try:
        player = begin_story(folder, name, story)
        player.interruption = interruption or player.interruption
        for position, step in enumerate(story.steps, 1):
            if not is_taken_by(step, player.fusion):
                continue
            lived = player.step(step)
            outcome.steps.append(lived)
            if player.interruption.asked:
                outcome.interrupted = True
                break
            say(f"{name} {position}/{len(story.steps)} {_progress(lived)}")
            if lived.problems:
                break
        outcome.systems = results_by_system(player.fusion, outcome.steps, player.journal)
    except Exception as error:  # the other stories go on
        outcome.error = str(error) if isinstance(error, FusionError) else describe_unexpected(error)
        say(f"{name}: {outcome.error}")
    outcome.seconds = monotonic() - started
    return outcome


def describe_unexpected(error: Exception) -> str:
    """An error that nobody raised on purpose, for a report."""
    return f"{type(error).__name__}: {masked(str(error))}"


def is_taken_by(step: Step, fusion: Fusion) -> bool:
    """Whether a fusion, as it is declared now, takes this step."""
    handled_by = fusion.dossiers.handled_by if fusion.dossiers else None
    in_scenario = step.scenarios is None or fusion.scenario in step.scenarios
    return in_scenario and step.handled_by in (None, handled_by)


def _progress(lived: StepOutcome) -> str:
    if lived.problems:
        return f"{lived.on}: stopped: {lived.problems[0].splitlines()[0]}"
    came = f", {len(lived.came_through)} came through" if lived.came_through else ""
    done = f"{sum(lived.applied.values())} changes, " if lived.up else ""
    return f"{lived.on}: {done}{len(lived.waits)} wait{came} ({lived.seconds:.0f} s)"
