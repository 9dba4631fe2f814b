"""Whether the configuration is one that readers can do with: that it is right was found before."""

import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from feeds.doctor.finding import Finding, note, ok, wrong
from feeds.errors import ConfigurationError
from feeds.render.pages import Pages, try_out
from feeds.settings import Settings
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
    yield ok(_SUBJECT, f"{path}: right; {len(settings.sections)} sections")
    site = settings.site
    if site.is_here:
        yield note(_SUBJECT, f"[site] url is {site.url}, this machine itself; give the address that readers have")
    elif urlsplit(site.url).scheme != "https":
        yield note(_SUBJECT, f"[site] url is {site.url}; many readers and hubs want https")
    if site.contact == _EXAMPLE:
        yield note(_SUBJECT, f"[site] contact is the example's, {_EXAMPLE}; give your own")
    if settings.cdn.headers and path.stat().st_mode & stat.S_IROTH:
        yield wrong(_SUBJECT, f"{path}: holds [cdn] headers, and everyone on this machine may read it; chmod o-r")
    if parts := changed():
        yield wrong(
            "software", f"uvicorn has changed {', '.join(parts)}: answers are slower; install the one from before"
        )
