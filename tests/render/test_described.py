"""What pages say of themselves to machines: OpenGraph and JSON-LD."""

import json
from typing import Any

import pytest

from feeds.settings import Settings
from tests.render.articles import SITE, article, configured
from tests.render.pages import HOSTILE, everything, newsroom, tree


def linked(kind: str, *rest: Any) -> Any:
    [text] = tree(kind, *rest).xpath("//script[@type='application/ld+json']/text()")
    return json.loads(text)


def properties(kind: str, *rest: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree(kind, *rest).xpath("//meta[@property]"):
        found.setdefault(meta.get("property"), []).append(meta.get("content"))
    return found


@pytest.mark.parametrize(("kind", "url"), [("landing", f"{SITE}/"), ("selection", f"{SITE}/world/")])
def test_a_page_that_lists_articles_is_a_collection(kind: str, url: str) -> None:
    stories = [article(id=str(n), title=f"عنوان {n}", url=f"https://elsewhere.example/{n}") for n in range(3)]
    found = linked(kind, stories)
    assert (found["@context"], found["@type"], found["url"]) == ("https://schema.org", "CollectionPage", url)
    assert found["inLanguage"] == "ar"
    assert found["publisher"]["name"] == "غرفة الأخبار"
    assert found["publisher"]["logo"] == f"{SITE}/static/logo.png"
    listed = found["mainEntity"]["itemListElement"]
    assert [(each["position"], each["url"]) for each in listed] == [
        (n + 1, f"https://elsewhere.example/{n}") for n in range(3)
    ]
    graph = properties(kind, stories)
    assert (graph["og:type"], graph["og:url"], graph["og:site_name"]) == (["website"], [url], ["صحيفة المثال"])
    assert graph["og:image"] == [f"{SITE}/static/logo.png"]


def test_an_article_of_ours_is_a_news_article() -> None:
    story = article(
        url=None,
        title="عنوان",
        summary="ملخص",
        image="/1.png",
        authors=[{"name": "سعاد", "url": "https://example.org/s"}],
        tags=["طاقة", "نفط"],
        date_modified="2026-11-23T10:00:00+02:00",
    )
    found = linked("article", [story])
    assert found["@type"] == "NewsArticle"
    assert (found["headline"], found["description"], found["image"]) == ("عنوان", "ملخص", f"{SITE}/1.png")
    assert found["datePublished"] == story.published.isoformat()
    assert found["dateModified"] == story.modified.isoformat()
    assert found["author"] == [{"@type": "Person", "name": "سعاد", "url": "https://example.org/s"}]
    assert (found["keywords"], found["articleSection"]) == (["طاقة", "نفط"], ["دولي"])
    assert found["mainEntityOfPage"].startswith(f"{SITE}/articles/")
    graph = properties("article", [story])
    assert graph["og:type"] == ["article"]
    assert graph["article:tag"] == ["طاقة", "نفط"]
    assert graph["article:published_time"] == [story.published.isoformat()]
    assert graph["og:image"] == [f"{SITE}/1.png"]


def test_what_is_not_known_is_not_said() -> None:
    """No null, no empty list, no picture that is none."""
    bare = configured(site={"icon": "", "logo": ""})
    text = json.dumps(linked("article", [article(url=None, content_html="")], bare))
    assert "null" not in text and "[]" not in text
    assert "og:image" not in properties("article", [article(url=None)], bare)


@pytest.mark.parametrize("kind", ["landing", "selection", "search", "article"])
def test_no_text_ends_the_data(kind: str) -> None:
    """Whatever an article, a section or the newsroom is called: it is read back letter by letter."""
    text = HOSTILE + "\u2028</SCRIPT><!-- --><![CDATA["
    settings: Settings = newsroom(text)
    found = json.dumps(linked(kind, [everything(text)], settings), ensure_ascii=False)
    assert json.dumps(settings.site.title, ensure_ascii=False)[1:-1] in found
    assert len(tree(kind, [everything(text)], settings).xpath("//script")) == 2
