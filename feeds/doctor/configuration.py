"""Whether the configuration is one that readers can do with: that it is right was found before."""

import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from feeds.doctor.finding import Finding, note, ok, wrong
from feeds.errors import ConfigurationError
from feeds.render.pages import STATIC_FILES, Pages, try_out
from feeds.render.pages.described import asset
from feeds.settings import Settings
from feeds.text.plural import plural
from feeds.web.reliance import changed

_SUBJECT = "configuration"
_EXAMPLE = "feeds@example.org"


def look(path: Path, settings: Settings) -> Iterator[Finding]:
    """What stands in it that is right for a trial alone, and what templates have wrong."""
    try:
        try_out(Pages(settings))
    except ConfigurationError as fault:
        yield from (wrong(_SUBJECT, complaint) for complaint in fault.complaints)
        return
    yield ok(_SUBJECT, f"{path}: right; {plural(len(settings.sections), 'section')}")
    site = settings.site
    if site.is_here:
        yield note(_SUBJECT, f"[site] url is {site.url}, this machine itself; give the address that readers have")
    elif urlsplit(site.url).scheme != "https":
        yield note(_SUBJECT, f"[site] url is {site.url}; many readers and hubs want https")
    if site.contact == _EXAMPLE:
        yield note(_SUBJECT, f"[site] contact is the example's, {_EXAMPLE}; give your own")
    yield from _look_at_pictures(settings)
    if settings.cdn.headers and path.stat().st_mode & stat.S_IROTH:
        yield wrong(_SUBJECT, f"{path}: holds [cdn] headers, and everyone on this machine may read it; chmod o-r")
    if parts := changed():
        yield wrong(
            "software", f"uvicorn has changed {', '.join(parts)}: answers are slower; install the one from before"
        )


def _look_at_pictures(settings: Settings) -> Iterator[Finding]:
    """What is to be seen of it beside every feed; whether others' pictures are there is asked over the network."""
    site = settings.site
    own = f"{site.url}/static/"
    if not (site.icon or site.logo):
        yield note(_SUBJECT, "[site] icon and logo are not given: readers show feeds without; give pictures' addresses")
    for key, given in (("icon", site.icon), ("logo", site.logo)):
        address = asset(given, settings)
        if address and address.startswith(own) and address.removeprefix(own) not in STATIC_FILES:
            yield wrong(_SUBJECT, f"[site] {key} is {given}, which the desk has not; give a whole address of yours")
