"""Numbers as Prometheus reads them (text format 0.0.4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from feeds.ledger import Totals
from feeds.metrics import BUCKETS, RENDERED

TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What others were not told of yet: changes, purges, pings; the seconds since the oldest call was decided on."""

    announcements: int
    purges: int
    pings: int
    age: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What is shown: what was counted and, where the store can say, the seconds since each section's newest article,
    by slug, and what waits in the outbox."""

    totals: Totals
    ages: Mapping[str, float] = field(default_factory=dict)
    outbox: Waiting | None = None


def exposition(measured: Measured) -> bytes:
    """The text of everything that is measured."""
    registry = CollectorRegistry()
    registry.register(_Collector(measured))
    return generate_latest(registry)


class _Collector(Collector):
    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._counts = measured.totals.counts

    def collect(self) -> Iterator[Metric]:
        yield from self._answers()
        yield from self._renders()
        yield from self._state()
        yield from self._outbox()

    def _answers(self) -> Iterator[Metric]:
        yield self._counter(
            "requests", "Answers by what was asked for, status, and who gave them", ("kind", "status", "way")
        )
        yield self._counter("bytes", "Bytes of bodies that were sent", ("kind", "way"), name="body_bytes")
        yield self._counter(
            "cache",
            "How feeds and pages were come by: hit, stale, stored (rendered), collapsed",
            ("result",),
            every=True,
        )

    def _renders(self) -> Iterator[Metric]:
        family = HistogramMetricFamily(
            "khulasat_render_seconds", "From the store to finished bytes, before compression", labels=["kind"]
        )
        for kind in RENDERED:
            below, buckets = 0, []
            for bound in BUCKETS:
                below += self._counts["renders", kind, bound]
                buckets.append((bound, float(below)))
            family.add_metric([kind], buckets, self._counts["render_ns", kind] / 1e9)
        yield family
        yield self._counter(
            "failures", "Renders that failed by a fault of ours", ("kind",), name="render_failures", every=True
        )

    def _state(self) -> Iterator[Metric]:
        present = self._measured.totals.present
        yield _gauge("workers", "Processes that serve", len(present))
        yield _gauge("cache_bytes", "Bytes held in all caches", sum(each.cache_bytes for each in present))
        yield _gauge("cache_entries", "Feeds and pages held in all caches", sum(each.cache_entries for each in present))
        yield _gauge("store_well", "1 while every process can use the store", all(each.store_well for each in present))
        ages = GaugeMetricFamily(
            "khulasat_newest_article_age_seconds", "Since the newest article of a section", labels=["section"]
        )
        for slug, age in self._measured.ages.items():
            ages.add_metric([slug], age)
        yield ages

    def _outbox(self) -> Iterator[Metric]:
        for calls, text in (("pings", "Calls to hubs"), ("purges", "Calls to caches")):
            yield self._counter(calls, f"{text} that were taken, failed, or were given up", ("outcome",), every=True)
        if waiting := self._measured.outbox:
            family = GaugeMetricFamily("khulasat_outbox", "What others are still to be told", labels=["kind"])
            family.add_metric(["announcement"], waiting.announcements)
            family.add_metric(["purge"], waiting.purges)
            family.add_metric(["ping"], waiting.pings)
            yield family
            yield _gauge("outbox_age_seconds", "Since the oldest waiting call was decided on", waiting.age)

    def _counter(
        self, group: str, text: str, labels: tuple[str, ...], *, name: str = "", every: bool = False
    ) -> CounterMetricFamily:
        """A group of numbers; those that are nothing only where there are few."""
        family = CounterMetricFamily(f"khulasat_{name or group}", text, labels=labels)
        for (of, *values), number in self._counts.items():
            if of == group and (number or every):
                family.add_metric(values, number)
        return family


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"khulasat_{name}", text, value=float(value))
