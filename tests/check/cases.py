"""One change to a faultless feed, and the one finding that it has to cause."""

from typing import NamedTuple

from feeds.check import Finding, check_feed
from feeds.check.findings import Level


class Case(NamedTuple):
    """`old` becomes `new`, once; the finding begins with `what`, at a place that begins with `where`."""

    old: str
    new: str
    level: Level
    where: str
    what: str
    source: str


def cases(level: Level, where: str, rows: list[tuple[str, str, str, str]]) -> list[Case]:
    """Cases of one level at one place; a row is `old`, `new`, `what`, `source`."""
    return [Case(old, new, level, where, what, source) for old, new, what, source in rows]


def label(case: Case) -> str:
    """The case's name in pytest's report."""
    return f"{case.what} ({case.new[:24]})" if case.new else case.what


def changed(document: str, case: Case) -> bytes:
    """The document with the one change; the text to change has to be there."""
    assert case.old in document
    return document.replace(case.old, case.new, 1).encode()


def found(document: bytes, self_url: str | None = None) -> list[Finding]:
    """The findings, each of them whole and printable."""
    findings = check_feed(document, self_url=self_url)
    for finding in findings:
        for said in (finding.where, finding.what, finding.right, finding.source):
            assert said and said.isprintable()
    return findings


def assert_only(case: Case, findings: list[Finding]) -> None:
    """Exactly the expected finding, and no other."""
    told = [(f.level, f.where, f.what, f.source) for f in findings]
    assert len(findings) == 1, told
    finding = findings[0]
    assert finding.level == case.level, told
    assert finding.where.startswith(case.where), told
    assert finding.what.startswith(case.what), told
    assert case.source in finding.source, told
