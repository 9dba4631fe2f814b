"""`feeds check --profile`: what a partner would say of each article, and why."""

import json
import re
from datetime import timedelta

from feeds.clock import present
from tests.cli.conftest import Run
from tests.live.server import item


def test_the_verdicts_as_a_table_and_as_json(feeds: Run) -> None:
    """A line for each objection, the title last, and the pages where it stands; an object for each article."""
    title = "يبدأ العمل غدا في المرحلة الثانية من ترميم الميناء"
    # MSN takes nothing that is a year old.
    times = [(present() - timedelta(minutes=minutes)).isoformat() for minutes in (1, 2)]
    lines = item("1", title=title, date_published=times[0]) + item("2", title="قصير", date_published=times[1])
    assert feeds("import", "-", given=lines).returncode == 0
    done = feeds("check", "--profile", "msn", "دولي", variables={"FEEDS_SITE__URL": "https://news.example"})
    assert done.returncode == 1
    *table, counts, source, other = done.stdout.splitlines()
    assert [re.split(" {2,}", line) for line in table] == [
        ["section", "verdict", "field", "why", "article"],
        ["world", "advice", "picture", "is missing; one picture", f'"{title}"'],
        ["world", "rejected", "title", "has 4 characters; 21 at least", '"قصير"'],
        ["world", "advice", "picture", "is missing; one picture", '"قصير"'],
    ]
    assert counts == "msn: 2 articles, 0 taken, 1 with advice, 1 rejected"
    assert all(".microsoft" in line and line.startswith("see https://") for line in (source, other))
    done = feeds("check", "--profile", "smartnews", "--json")
    assert done.returncode == 0
    assert done.stderr.startswith("smartnews: 2 articles, 0 taken, 2 with advice, 0 rejected\nsee https://")
    missing = {"level": "advice", "field": "picture", "what": "is missing", "right": "one picture"}
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    for verdict, (guid, said) in zip(verdicts, (("1", title), ("2", "قصير")), strict=True):
        (objection,) = verdict.pop("objections")
        assert objection.pop("source").startswith("https://") and objection == missing
        assert verdict == {
            "profile": "smartnews", "section": "world", "guid": guid, "title": said, "verdict": "advice",
        }  # fmt: skip


def test_a_partner_that_is_none_says_which_there_are(feeds: Run) -> None:
    done = feeds("check", "--profile", "nobody")
    assert done.returncode == 2
    assert "'flipboard', 'msn', 'smartnews'" in done.stderr
