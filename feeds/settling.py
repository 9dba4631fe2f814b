"""What is stored, brought in line with the configuration."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version

from feeds import __version__
from feeds.model import Section
from feeds.render.profiles import profiles_digest
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.store.contract import Store


async def settle(store: Store, settings: Settings, *, made_by: str | None = None) -> None:
    """Makes what is stored agree with the configuration: its sections and, where it is to be served, what else
    feeds depend on, `made_by` some `software`. (A command may see another address of the site than the server: no
    change of any feed.)

    A section that the configuration does not name stays where it ever had an article, and goes where it never had one.
    """
    configured = settings.section_list()
    fingerprint = settings.fingerprint(made_by) if made_by else None
    stored = await store.sections()
    unwanted = set(await store.unused_sections()) - {section.slug for section in configured}
    agrees = not _renames(configured, stored) and not _missing(configured, stored) and not unwanted
    if agrees and (fingerprint is None or fingerprint == await store.fingerprint()):
        # A store that may only be read is served, too.
        return
    async with store.writing() as writing:
        for slug, section in _renames(configured, await writing.sections()):
            await writing.rename_section(slug, section)
        for section in _missing(configured, await writing.sections()):
            await writing.make_section(section)
        await writing.drop_unused_sections({section.slug for section in configured})
        if fingerprint is not None:
            await writing.record_fingerprint(fingerprint)


def _renames(configured: Sequence[Section], stored: Sequence[Section]) -> list[tuple[str, Section]]:
    return SectionNames(configured, stored).renames()


def _missing(configured: Sequence[Section], stored: Sequence[Section]) -> list[Section]:
    slugs = {section.slug for section in stored}
    return [section for section in configured if section.slug not in slugs]


def software(templates: str) -> str:
    """What makes the bytes of feeds and pages, besides the store and the configuration; `templates` is their digest."""
    return f"{__version__} {_made_by()} {templates} {profiles_digest()}"


@cache
def _made_by() -> str:
    return " ".join(f"{name} {version(name)}" for name in ("feedgen", "lxml", "Jinja2", "babel", "nh3", "segno"))
