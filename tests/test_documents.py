"""The documents tell of the software as it stands."""

import re
import tomllib
from pathlib import Path

import click
import pytest

from feeds.addresses import FILES
from feeds.cli import commands
from feeds.ledger import Totals
from feeds.metrics import Metrics
from feeds.settings import Settings, load
from feeds.web.exposition import Measured, Waiting, exposition

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")
ARTICLES = (ROOT / "docs" / "articles.md").read_text("utf-8")
ARABIC = (ROOT / "README.ar.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "README.ar.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def keys() -> list[tuple[str, str]]:
    """Every key of the configuration, with its table."""
    found = []
    for table, field in Settings.model_fields.items():
        annotation = field.annotation
        inner = next((a for a in getattr(annotation, "__args__", ()) if isinstance(a, type)), annotation)
        for key, of in inner.model_fields.items():  # type: ignore[union-attr]
            parts = [a for a in getattr(of.annotation, "__args__", ()) if hasattr(a, "model_fields")]
            found += [(f"{table}.{key}", name) for part in parts for name in part.model_fields] or [(table, key)]
    return found


@pytest.mark.parametrize(("table", "key"), keys())
def test_every_setting_stands_in_the_reference(table: str, key: str) -> None:
    rows = [line for line in REFERENCE.splitlines() if re.match(rf"\| `\[+{re.escape(table)}\]+`", line)]
    assert rows, table
    assert f"`{key}`" in rows[0]


@pytest.mark.parametrize(("table", "key"), keys())
def test_every_setting_stands_in_the_example_with_a_comment(table: str, key: str) -> None:
    example = (ROOT / "config.toml").read_text("utf-8")
    part = re.split(rf"^(?:# )?\[+{re.escape(table)}\]+$", example, flags=re.M)[1].split("\n[")[0]
    assert re.search(rf"^(?:# )?{key} = ", part, re.M)


def test_the_example_is_a_working_configuration() -> None:
    settings = load(ROOT / "config.toml", {})
    assert len(settings.sections) == 6
    assert tomllib.loads((ROOT / "config.toml").read_text("utf-8"))["site"]["language"] == "ar"


@pytest.mark.parametrize("name", sorted(commands.list_commands(click.Context(commands))))
def test_every_command_and_option_stands_in_the_documents(name: str) -> None:
    assert f"`feeds {name}" in README
    row = next(line for line in REFERENCE.splitlines() if f"`feeds {name}" in line and line.startswith("|"))
    command = commands.get_command(click.Context(commands), name)
    assert command
    options = {
        option
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--")
    }
    for option in options - {"--config"}:
        assert f"`{option}`" in row, option


@pytest.mark.parametrize("name", FILES.values())
def test_every_format_stands_in_the_readme(name: str) -> None:
    assert f"/{{section}}/{name}" in README


@pytest.mark.parametrize("key", ["id", "sections", "date_published", "correction", "source", "credit"])
def test_the_interchange_form_is_written_down(key: str) -> None:
    assert key in ARTICLES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_the_documents_leads_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    shown = re.findall(r'(?:src|srcset|href)="(?!https?:|#)([^"#]+)"', re.sub(r"```.*?```", "", text, flags=re.S))
    for target in [*re.findall(r"\]\((?!https?:|#)([^)#]+)", text), *shown]:
        assert (page.parent / target).exists(), target


def test_no_document_names_a_file_that_is_not_there() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for name in re.findall(r"`((?:[a-z_]+/)?[a-z_]+\.py)`", architecture):
        assert list((ROOT / "feeds").rglob(name.rpartition("/")[2])), name


def test_every_picture_is_shown_somewhere() -> None:
    shown = {Path(name).name for page in PAGES for name in re.findall(r"images/[a-z-]+\.png", page.read_text("utf-8"))}
    assert {path.name for path in (ROOT / "docs" / "images").iterdir()} == shown


def test_every_event_and_every_number_stands_in_the_document_for_operators() -> None:
    operating = (ROOT / "docs" / "operating.md").read_text("utf-8")
    code = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "feeds").rglob("*.py")))
    events = re.findall(r'log\.(?:info|warning|error|exception)\(\s*event\(f?"([a-z_{}.]+)"', code)
    assert len(events) > 10
    for event in events:
        for name in [event.replace("{of.kind}", kind) for kind in ("ping", "purge")]:
            assert f"`{name}`" in operating, name
    shown = exposition(
        Measured(
            totals=Totals(counts=Metrics().values(), present=[]),
            ages={"world": 1.0},
            outbox=Waiting(announcements=0, purges=0, pings=0, age=0.0),
        )
    ).decode()
    numbers = set(re.findall(r"^# TYPE (\S+)", shown, re.MULTILINE))
    assert numbers == set(re.findall(r"`(khulasat_[a-z_]+)", operating))


def test_the_arabic_readme_says_the_same() -> None:
    """As many parts, every command and address, the same pictures, and all examples letter by letter."""
    for sign in (r"^#+ ", r"^- \*\*", r"^\d\. "):
        assert len(re.findall(sign, ARABIC, re.M)) == len(re.findall(sign, README, re.M)), sign
    for same in (r"```\w+\n.*?```", r"(?:src|srcset)=\"([^\"]+)\""):
        blocks = [" ".join(found.split()) for found in re.findall(same, README, re.S)]
        assert [" ".join(found.split()) for found in re.findall(same, ARABIC, re.S)] == blocks
    shown = [cell for row in re.findall(r"^\| (`[^|]*) \|", README, re.M) for cell in re.findall(r"`([^`]+)`", row)]
    assert len(shown) > 25
    assert [cell for cell in shown if f'<code dir="ltr">{cell}</code>' not in ARABIC] == []


def test_the_arabic_readme_runs_right_to_left() -> None:
    """All of it, and code the other way."""
    assert ARABIC.startswith('<div dir="rtl" lang="ar">\n\n') and ARABIC.endswith("\n</div>\n")
    assert re.findall(r"(?<!`)`[^`]+`(?!`)", ARABIC) == []
    fenced = re.findall(r"(<div dir=\"ltr\">\s*(?:```\w+\n.*?```\s*)+</div>)", ARABIC, re.S)
    assert sum(block.count("```") for block in fenced) == ARABIC.count("```") > 0
