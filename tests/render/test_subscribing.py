"""Ways to subscribe: services, formats, the code for the telephone, the newsroom's colour."""

import re
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import segno
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.model import EVERYTHING, Selection, Topic
from feeds.render.pages import subscribing
from feeds.render.pages.colours import DARK_SHEET, LIGHT_SHEET, accent, contrast
from feeds.render.templates import TEMPLATES
from tests.render.articles import SITE, configured
from tests.render.pages import tree

SELECTIONS = [
    EVERYTHING,
    Selection(sections=("economy", "محلي")),
    Selection(topic=Topic("tag", "كرة-القدم")),
    Selection(search='ليبيا & "طرابلس" + ?'),
]
DATA = tomllib.loads(Path(subscribing.__file__).with_name("services.toml").read_text("utf-8"))
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_services_are_given_the_address_of_the_feed_whole(selection: Selection) -> None:
    """Whatever is in it: it is one value of their address, and the service reads what is to be subscribed to."""
    feed = subscribing.feed(selection, "عنوان", "./", configured())
    assert [service.name for service in feed.services] == [each["name"] for each in DATA["services"]]
    assert len(feed.services) >= 6
    for service in feed.services:
        assert service.url.startswith("https://")
        parts = urlsplit(service.url)
        given = [value for values in parse_qs(parts.query).values() for value in values]
        given.append(unquote(parts.path.rpartition("/")[2]).removeprefix("feed/"))
        assert feed.url in given


def test_the_first_address_to_copy_is_one_that_every_reader_knows() -> None:
    feed = subscribing.feed(EVERYTHING, "", "../", configured())
    assert [(link.format, link.path, link.url) for link in feed.formats] == [
        ("rss", "../rss.xml", f"{SITE}/rss.xml"),
        ("atom", "../atom.xml", f"{SITE}/atom.xml"),
        ("json", "../feed.json", f"{SITE}/feed.json"),
    ]


def modules(path: str, size: int) -> list[list[int]]:
    """What a code's drawing blackens: each stroke goes from the place where the pen stands."""
    drawn = [[0] * size for _ in range(size)]
    x, y = 0.0, 0.0
    for letter, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if letter == "h":
            for column in range(int(x), int(x + values[0])):
                drawn[int(y)][column] = 1
            x += values[0]
        else:
            x, y = values if letter == "M" else (x + values[0], y + values[1])
    return drawn


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_the_code_is_the_address(selection: Selection) -> None:
    """As segno has it, with the quiet zone of four modules that the norm wants, black on the sheet's white."""
    feed = subscribing.feed(selection, "", "./", configured())
    wanted = [list(row) for row in segno.make(feed.url, error="m", micro=False).matrix]
    size = len(wanted) + 8
    assert f'viewBox="0 0 {size} {size}"' in feed.code
    [path] = re.findall(r' d="([^"]+)"', feed.code)
    drawn = modules(path, size)
    assert [row[4:-4] for row in drawn[4:-4]] == wanted
    assert sum(map(sum, drawn)) == sum(map(sum, wanted))
    assert "style=" not in feed.code
    assert re.search(r"\.code {[^}]*background: #fff", (TEMPLATES / "page.css").read_text("utf-8"))


def test_a_long_address_has_no_code() -> None:
    assert subscribing.feed(Selection(search="كلمة " * 39), "", "./", configured()).code == ""
    assert tree("search").xpath("//figure[@class='scan']")


def test_each_format_is_explained_in_a_line() -> None:
    [panel] = tree("selection").xpath("//section[contains(@class, 'aside')]")
    lines = [
        " ".join(each.text_content().split()) for each in panel.xpath(".//ul[contains(@class, 'formats')]/li/p[1]")
    ]
    assert lines == [
        "RSS: تفهمها كل القارئات",
        "Atom: الأدق: تُبلغ عن التصحيحات والسحب أيضًا",
        "JSON Feed: للبرامج وصفحات الويب",
    ]


@given(COLOURS)
@example("#ffffff")
@example("#000000")
def test_any_colour_can_be_read(colour: str) -> None:
    """WCAG 2.2 §1.4.3: text 4.5 to 1, on the sheet and in the button."""
    found = accent(colour)
    for shade, sheet, upon in ((found.light, LIGHT_SHEET, found.on_light), (found.dark, DARK_SHEET, found.on_dark)):
        assert contrast(shade, sheet) >= 4.5
        assert contrast(shade, upon) >= 4.5


def test_a_colour_that_can_be_read_stays() -> None:
    assert accent("#0b6e69").light == "#0b6e69"
    assert accent("#5cc7bf").dark == "#5cc7bf"
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_sheets_of_the_rule_are_those_of_the_style_sheet() -> None:
    """The darkest of the light grounds, and the lightest of the dark ones."""
    light, dark = re.findall(r"--paper: (#\w{6}); --card: (#\w{6});[^}]*?--field: (#\w{6})",
                             (TEMPLATES / "page.css").read_text("utf-8"))  # fmt: skip
    for ground in light:
        assert contrast(accent("#0b6e69").light, ground) >= 4.5
    for ground in dark:
        assert contrast(accent("#0b6e69").dark, ground) >= 4.5
    assert LIGHT_SHEET in light
    assert DARK_SHEET in dark


def test_the_sheet_and_the_script_are_small_and_turn_with_the_page() -> None:
    """Under 15 KB and 4 KB; logical properties only; nothing of another origin."""
    sheet = (TEMPLATES / "page.css").read_text("utf-8")
    assert len(sheet.encode()) < 15_000
    assert (TEMPLATES / "page.js").stat().st_size < 4_000
    sides = r"(?:left|right|top|bottom)"
    named = rf"[\s;{{]((?:margin|padding|border|inset)-{sides}|{sides}|(?:min-|max-)?(?:width|height))\s*:"
    assert re.findall(named, re.sub(r"@media[^{]*{", "{", sheet)) == []
    assert re.findall(r"text-align:\s*(?:left|right)|url\(|@import|@font-face", sheet) == []
