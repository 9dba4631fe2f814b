"""Feeds as partners take them: a profile (profiles/) is data, and this is what obeys it."""

from feeds.render.partners.feed import Judged, judged, partner_feed
from feeds.render.partners.objections import Objection
from feeds.render.partners.profile import Level, Profile

__all__ = ["Judged", "Level", "Objection", "Profile", "judged", "partner_feed"]
