"""What monitoring is told of a run: how each stack ended, what waits and until when, which certificates end."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_fd_to_metric_families

from operations.fleet import metrics
from operations.fleet.results import Ending, Operation, StackResult
from operations.ledgers.model import Call, Outcome
from providers.contract import BELGIUM
from schemas.errors import FusionError
from tests.operations.conftest import Fusion
from tests.operations.fleet.conftest import PlayedEngine, counted, message_of
from tests.operations.ledgers import written as ledgers

DOCS = Path(__file__).parents[3] / "docs"
ENDS = {"tielt": {"certificates/tielt-ftp.cer": datetime(2027, 10, 1, tzinfo=UTC)}}
LABELS = ("stack", "ending", "step", "system", "rule", "certificate", "outcome")
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine's events have for an output that a preview cannot know."""


def wait(
    thing: str, system: str, rule: str, until: str, whom: str = "the centre"
) -> tuple[str, dict[str, str]]:
    found = {"centre": "Tielt", "thing": thing, "system": system, "rule": rule, "until": until}
    return f"Tielt, {thing}", {**found, "reason": "waits for something", "whom": whom}


def call(outcome: Outcome, attempt: int = 1) -> Call:
    moment = datetime(2025, 2, 3, 9, tzinfo=UTC)
    return Call(moment, "0212176117", "PUT", "/REST/x", attempt, outcome, None, "t")


CALLS = {"tielt": [call(Outcome.DONE), call(Outcome.UNCERTAIN), call(Outcome.DONE, attempt=2)]}
WAITS = dict(
    [
        wait("Uniek verslag", "Uniek verslag", "R62", "2025-02-28"),
        wait("forms of running dossiers", "Lopende dossiers", "R06", "2025-02-15"),
        wait("A036 attestations", "Lopende dossiers", "R06", ""),
        wait("notifications", "OCMW Online notificaties", "R59", "2025-01-13", whom="RSZ"),
    ]
)
RESULTS = [
    StackResult(
        "tielt",
        Operation.PREVIEW,
        Ending.PASSED,
        counts={"create": 2, "same": 40},
        seconds=4.5,
        outputs={"waits": WAITS},
    ),
    StackResult("hasselt", Operation.PREVIEW, Ending.FAILED, error="the portal does not answer"),
]


def written(path: Path) -> dict[str, dict[str, float]]:
    """What a program reads of the file: by metric, by the values of the labels."""
    with path.open() as file:
        return {
            family.name: {
                ", ".join(sample.labels[label] for label in LABELS if label in sample.labels): sample.value
                for sample in family.samples
            }
            for family in text_fd_to_metric_families(file)
        }


@pytest.fixture
def families(tmp_path: Path) -> dict[str, dict[str, float]]:
    path = tmp_path / "fusion.prom"
    metrics.write(path, Operation.PREVIEW, RESULTS, 5.0, ENDS, CALLS)
    return written(path)


def test_each_stack_has_one_ending_and_its_counts(families: dict[str, dict[str, float]]) -> None:
    endings = families["fusion_stack_ended"]
    assert {name for name, value in endings.items() if value} == {"tielt, passed", "hasselt, failed"}
    assert len(endings) == len(RESULTS) * len(Ending)
    assert families["fusion_stack_resources"] == {"tielt, create": 2, "tielt, same": 40}
    assert families["fusion_stack_duration_seconds"]["tielt"] == 4.5
    assert families["fusion_run_duration_seconds"] == {"": 5}


def test_of_an_up_that_was_not_begun_its_preview_is_not_told(tmp_path: Path) -> None:
    """Somebody interrupted, or the preview of one failed."""
    path = tmp_path / "fusion.prom"
    metrics.write(path, Operation.UP, RESULTS, 5.0, {}, {})
    found = written(path)
    passed = {name for name, value in found["fusion_stack_ended"].items() if value}
    assert passed == {"tielt, notBegun", "hasselt, failed"}
    assert found["fusion_stack_resources"] == {}


def test_waits_are_counted_by_rule(families: dict[str, dict[str, float]]) -> None:
    assert families["fusion_stack_waiting"] == {"tielt": 4}
    assert families["fusion_stack_waits"] == {
        "tielt, Uniek verslag, R62": 1,
        "tielt, Lopende dossiers, R06": 2,
        "tielt, OCMW Online notificaties, R59": 1,
    }


def test_the_deadline_is_the_first_day_by_which_the_centre_must_act(
    families: dict[str, dict[str, float]],
) -> None:
    """What others bring has a day too, on which it comes: nobody is late then."""
    (moment,) = families["fusion_stack_first_deadline_timestamp_seconds"].values()
    assert datetime.fromtimestamp(moment, BELGIUM).isoformat().startswith("2025-02-15T23:59:59")


@pytest.mark.parametrize("outputs", [{}, {"waits": UNKNOWN}, {"waits": None}])
def test_of_what_the_run_did_not_learn_nothing_is_told(tmp_path: Path, outputs: dict[str, Any]) -> None:
    """No zero: "nothing waits" would be untrue."""
    path = tmp_path / "fusion.prom"
    looked = StackResult("tielt", Operation.PREVIEW, Ending.PASSED, outputs=outputs)
    metrics.write(path, Operation.PREVIEW, [looked], 5.0, {}, {})
    found = written(path)
    assert found["fusion_stack_waiting"] == found["fusion_stack_waits"] == {}
    assert found["fusion_stack_first_deadline_timestamp_seconds"] == {}


def test_where_nothing_waits_that_is_told(tmp_path: Path) -> None:
    path = tmp_path / "fusion.prom"
    looked = StackResult("tielt", Operation.PREVIEW, Ending.IN_SYNC, outputs={"waits": {}})
    metrics.write(path, Operation.PREVIEW, [looked], 5.0, {}, {})
    assert written(path)["fusion_stack_waiting"] == {"tielt": 0}


def test_calls_that_write_are_counted_by_what_came_of_them(families: dict[str, dict[str, float]]) -> None:
    counted = {name: number for name, number in families["fusion_stack_writing_calls"].items() if number}
    assert counted == {"tielt, done": 2, "tielt, uncertain": 1}
    assert families["fusion_stack_repeated_calls"] == {"tielt": 1}


def test_they_are_those_of_the_ledgers_runs_since_the_beginning(tmp_path: Path) -> None:
    earlier, now = "20250203T080000Z-1", "20250203T090000Z-1"
    at = "2025-02-03T09:00:01+00:00"
    ledgers.write(
        tmp_path,
        ledgers.begin(earlier),
        ledgers.asked("a", earlier),
        ledgers.begin(now, at="2025-02-03T09:00:00+00:00"),
        ledgers.asked("b", now, at=at),
        ledgers.line("answered", now, at=at, call="b", status=201, trace="t"),
    )
    since = datetime(2025, 2, 3, 8, 30, tzinfo=UTC)
    found = metrics.find_calls(tmp_path, ["pajottegem", "tielt"], since)
    assert {stack: [call.outcome for call in calls] for stack, calls in found.items()} == {
        "pajottegem": [Outcome.DONE]
    }


def test_the_end_of_each_certificate_is_told(families: dict[str, dict[str, float]]) -> None:
    (name, moment), *others = families["fusion_certificate_end_timestamp_seconds"].items()
    assert (name, others) == ("tielt, certificates/tielt-ftp.cer", [])
    assert moment == ENDS["tielt"]["certificates/tielt-ftp.cer"].timestamp()


def test_the_certificates_are_those_that_the_declarations_name() -> None:
    found = metrics.find_ends(["pajottegem.production", "tielt"])
    assert [*found["pajottegem.production"]] == ["certificates/pajottegem-ftp.cer"]
    assert found["tielt"] == {}


def test_a_finding_elsewhere_hides_no_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own"
    copytree(DOCS.parent / "fusions", own / "fusions")
    declaration = own / "fusions" / "pajottegem.yaml"
    declaration.write_text(declaration.read_text("utf-8").replace("nis: 23106", "nis: 23105"), "utf-8")
    monkeypatch.setenv("FUSION_ROOT", str(own))
    assert [*metrics.find_ends(["pajottegem"])["pajottegem"]] == ["certificates/pajottegem-ftp.cer"]


def test_where_it_cannot_be_written_it_says_so_and_leaves_what_was_there(tmp_path: Path) -> None:
    with pytest.raises(FusionError, match="the metrics cannot be written"):
        metrics.write(tmp_path / "gone" / "fusion.prom", Operation.UP, RESULTS, 5.0, {}, {})


# -- what stands on them ----------------------------------------------------------------------------------------------


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\bfusion_[a-z_]+", text))


def expressions() -> list[str]:
    board = json.loads((DOCS / "metrics" / "dashboard.json").read_text("utf-8"))
    rules: Any = yaml.safe_load((DOCS / "metrics" / "alerts.yaml").read_text("utf-8"))
    return [
        *(target["expr"] for panel in board["panels"] for target in panel["targets"]),
        *(rule["expr"] for group in rules["groups"] for rule in group["rules"]),
    ]


def test_the_page_lists_every_metric(families: dict[str, dict[str, float]]) -> None:
    listed = re.findall(r"^\| `(fusion_[a-z_]+)` \|", (DOCS / "metrics.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(families)


def test_dashboard_and_alerts_ask_for_metrics_that_there_are(families: dict[str, dict[str, float]]) -> None:
    asked = set().union(*(names_in(expression) for expression in expressions()))
    assert asked <= set(families)
    assert set(families) - asked == set(), "a metric that nothing shows"


def test_labels_and_their_values_in_them_exist(tmp_path: Path) -> None:
    path = tmp_path / "fusion.prom"
    metrics.write(path, Operation.PREVIEW, RESULTS, 5.0, ENDS, CALLS)
    with path.open() as file:
        labels = {
            label: {sample.labels[label] for sample in samples if label in sample.labels}
            for samples in ([one for family in text_fd_to_metric_families(file) for one in family.samples],)
            for label in (*LABELS, "operation")
        }
    for expression in expressions():
        for name, value in re.findall(r'(\w+)="(\w+)"', expression):
            assert value in labels[name], expression


# -- of a command ----------------------------------------------------------------------------------------------------------


def test_a_run_writes_its_metrics_also_where_a_stack_failed(
    engine: PlayedEngine, fusion: Fusion, tmp_path: Path
) -> None:
    engine.play("tielt", events=[counted(create=2, same=40)])
    engine.play("lochristi", events=[message_of("error", "no answer")], code=255)
    path = tmp_path / "fusion.prom"
    assert fusion("preview", "tielt", "lochristi", "--metrics", str(path)).code == 5
    told = path.read_text()
    assert 'fusion_stack_resources{operation="preview",stack="tielt",step="create"} 2.0' in told
    assert 'fusion_stack_ended{ending="failed",operation="preview",stack="lochristi"} 1.0' in told


def test_where_metrics_cannot_be_written_nothing_starts(
    engine: PlayedEngine, fusion: Fusion, tmp_path: Path
) -> None:
    refused = fusion("preview", "tielt", "--metrics", str(tmp_path / "gone" / "fusion.prom"))
    assert (refused.code, refused.out) == (1, "")
    assert "is no folder in which this user may write" in refused.err
    assert engine.runs == []
