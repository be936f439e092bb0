"""JUnit XML, as CI systems show it: one test case per device.

There is no standard; this is the form that Jenkins and GitLab document: testsuites / testsuite / testcase with
failure, error or skipped. Characters that XML 1.0 forbids (section 2.2) are written as their code point.
"""

from collections.abc import Iterable
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from linewright.model.objects import Record
from linewright.model.printable import printable
from linewright.reports.drift import SAID, Drift, placed_lines, summary


class Case(Record, frozen=True):
    """One test case: `message` in one line, `detail` beneath it; both empty when it passed."""

    name: str
    group: str
    result: Literal["passed", "failure", "error"] = "passed"
    kind: str = ""
    message: str = ""
    detail: tuple[str, ...] = ()


def drift_document(drift: Drift) -> bytes:
    """The drift of each device as a test case: failed when a line differs, an error when it was not compared."""
    cases = []
    for device in drift.devices:
        lines = tuple(placed_lines(device))
        if device.problem:
            kind = "not reached" if device.unreached else "not compared"
            case = Case(
                name=device.device, group=device.platform, result="error", kind=kind, message=device.problem
            )
        elif lines:
            makers = ", ".join(
                said for origin, said in SAID.items() if origin in {x.origin for x in device.lines}
            )
            message = (
                f"1 line differs: {makers}" if len(lines) == 1 else f"{len(lines)} lines differ: {makers}"
            )
            case = Case(
                name=device.device,
                group=device.platform,
                result="failure",
                kind="drift",
                message=message,
                detail=lines,
            )
        else:
            case = Case(name=device.device, group=device.platform)
        cases.append(case)
    facts = {
        "marking": drift.marking,
        "snapshot": drift.snapshot,
        "compared": f"{len(drift.compared)} of {len(drift.devices)}",
        "summary": summary(drift),
    }
    return document("lw drift", cases, facts)


def document(suite: str, cases: Iterable[Case], facts: dict[str, str]) -> bytes:
    """A JUnit file (UTF-8, a newline at the end); `facts` become properties. Same cases, same bytes."""
    every = tuple(cases)
    counts = {
        "tests": str(len(every)),
        "failures": str(sum(case.result == "failure" for case in every)),
        "errors": str(sum(case.result == "error" for case in every)),
        "skipped": "0",
    }
    root = Element("testsuites", {"name": suite, **counts})
    element = SubElement(root, "testsuite", {"name": suite, **counts})
    properties = SubElement(element, "properties")
    for name, value in facts.items():
        SubElement(properties, "property", {"name": name, "value": printable(value)})
    for case in every:
        place = {"classname": printable(f"{suite}.{case.group or 'unknown'}"), "name": printable(case.name)}
        found = SubElement(element, "testcase", place)
        if case.result != "passed":
            told = SubElement(found, case.result, {"type": case.kind, "message": printable(case.message)})
            told.text = "\n".join(map(printable, case.detail or (case.message,)))
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
