"""What is gone from a WordPress site is withdrawn here, and what an editor withdrew stays so."""

import pytest

from feeds.importing.in_step import Wanted
from feeds.model import Article, Tombstone
from tests.intake.wordpress import HARBOUR, OPEN, Editor, editor, wordpress
from tests.wordpress.recorded import HOME

__all__ = ["editor", "wordpress"]
pytestmark = pytest.mark.anyio


async def test_what_is_gone_is_withdrawn(editor: Editor) -> None:
    """A post that is deleted, trashed or hidden there goes here too, and comes back when it does there."""
    await editor.bring()
    post = editor.wordpress.post("harbour")
    editor.wordpress.posts.remove(post)
    assert await editor.bring() == "0/0/1/0"
    assert isinstance(await editor.article(HARBOUR), Article)
    await editor.reconcile()
    assert isinstance(await editor.article(HARBOUR), Tombstone)
    assert editor.said[-1].endswith(": withdrawn 1, which are no longer published there")
    said = len(editor.said)
    await editor.reconcile()
    assert len(editor.said) == said
    editor.wordpress.posts.append(post)
    assert await editor.reconcile() == "0/0/2/0"
    assert isinstance(await editor.article(HARBOUR), Article)


async def test_hidden_later(editor: Editor) -> None:
    """What gets a password is withdrawn when its change is read, and comes back without it."""
    await editor.bring()
    shown = editor.wordpress.post("harbour")["content"]
    editor.wordpress.edit("harbour", content={"rendered": "", "protected": True})
    await editor.bring()
    assert isinstance(await editor.article(HARBOUR), Tombstone)
    editor.wordpress.edit("harbour", content=shown)
    await editor.bring()
    assert isinstance(await editor.article(HARBOUR), Article)


async def test_an_editors_withdrawal_stays(editor: Editor) -> None:
    """What an editor withdrew here does not come back, whatever happens there."""
    await editor.bring()
    async with editor.door.store.writing() as writing:
        assert await writing.withdraw(HARBOUR, editor.door.clock(), "a mistake")
    post = editor.wordpress.post("harbour")
    editor.wordpress.posts.remove(post)
    await editor.reconcile()
    editor.wordpress.posts.append(post)
    await editor.reconcile()
    assert isinstance(await editor.article(HARBOUR), Tombstone)
    assert "was withdrawn" in editor.rejected[0]


async def test_missed_changes_are_found(editor: Editor) -> None:
    """A change whose time lies before what was read already is found when all are compared."""
    await editor.bring()
    editor.wordpress.post("news-1")["title"] = {"rendered": "تصحيح"}
    editor.wordpress.post("news-1")["modified_gmt"] = "2026-09-02T10:00:00"
    assert await editor.bring() == "0/0/1/0"
    assert await editor.reconcile() == "0/1/1/0"
    assert await editor.reconcile() == "0/0/1/0"


async def test_most_gone_at_once(editor: Editor) -> None:
    """Where most articles are gone at once nobody is withdrawn while watching: more likely something is broken."""
    template = editor.wordpress.post("news-2")
    editor.wordpress.posts += [
        template | {"id": 1000 + n, "guid": {"rendered": f"{HOME}/?p={1000 + n}"}} for n in range(30)
    ]
    assert await editor.bring() == f"{OPEN + 30}/0/0/0"
    editor.wordpress.posts[:] = editor.wordpress.posts[:3]
    await editor.reconcile(carefully=True)
    assert "gone at once, and nothing was withdrawn" in editor.said[-1]
    await editor.bring(wanted=Wanted(reconcile=True), dry_run=True)
    assert "would withdraw" in editor.said[-1]
    await editor.reconcile()
    assert isinstance(await editor.article(f"{HOME}/?p=1001"), Tombstone)
