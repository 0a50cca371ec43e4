"""JUnit's XML: a suite for each file, a test that fails for each error, and one that passes where there is nothing.

Its names have no line numbers, so that platforms know a test again that failed before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from operations.annotations.annotation import Annotated, Annotation

PASSED = "no findings"


def write_junit(annotated: Annotated) -> str:
    """A report as `junit-10.xsd` of Jenkins' xUnit plugin has it, which GitLab and others read too."""
    by_file: dict[str, list[Annotation]] = {file: [] for file in annotated.files}
    for annotation in annotated.annotations:
        by_file.setdefault(annotation.file, []).append(annotation)
    suites = ET.Element("testsuites", {"name": annotated.command})
    suites.extend(_suite(file, annotations) for file, annotations in by_file.items())
    suites.attrib |= {
        count: str(sum(int(suite.attrib[count]) for suite in suites))
        for count in ("tests", "failures", "errors")
    }
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _suite(file: str, annotations: Sequence[Annotation]) -> ET.Element:
    failures = sum(one.severity.value.fails for one in annotations)
    suite = ET.Element(
        "testsuite",
        {
            "name": file,
            "file": file,
            "tests": str(len(annotations) or 1),
            "failures": str(failures),
            "errors": "0",
            "skipped": str(len(annotations) - failures),
        },
    )
    if not annotations:
        ET.SubElement(suite, "testcase", {"classname": file, "name": PASSED})
    named: Counter[str] = Counter()
    for annotation in annotations:
        name = f"{annotation.rule} {annotation.place}".rstrip()
        named[name] += 1
        again = f" ({named[name]})" if named[name] > 1 else ""
        case = ET.SubElement(suite, "testcase", {"classname": file, "name": f"{name}{again}"})
        outcome = "failure" if annotation.severity.value.fails else "skipped"
        told = ET.SubElement(case, outcome, {"type": annotation.rule, "message": annotation.message})
        told.text = str(annotation)
    return suite
