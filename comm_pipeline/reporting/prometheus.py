"""The state of the system in Prometheus' text form: counted when somebody asks, kept nowhere.

One long-lived process serves it. The short processes of Dagster's runs would each forget what they
counted, so nothing is counted in them: the database knows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_PREFIX: Final = "comm_pipeline"


@dataclass(frozen=True, slots=True)
class CampaignNumbers:
    """How one campaign stands by its latest metrics: ``age_seconds`` is how old these are."""

    conversations: Mapping[str, int]
    messages: Mapping[str, int]
    age_seconds: float


@dataclass(frozen=True, slots=True)
class SystemNumbers:
    """How the system stands: counts by status, and its latest campaigns by id."""

    campaigns: Mapping[str, int] = field(default_factory=dict)
    replies: Mapping[str, int] = field(default_factory=dict)
    requests_waiting: int = 0
    campaigns_due: int = 0
    escalations_open: int = 0
    alerts: int = 0
    latest: Mapping[str, CampaignNumbers] = field(default_factory=dict)


class SystemCollector(Collector):
    """Asks for the numbers at each scrape; ``read`` gives None if the database is away."""

    def __init__(self, read: Callable[[], SystemNumbers | None]) -> None:
        self._read = read

    def describe(self) -> Iterable[Metric]:
        """Return nothing: asking for names must not ask the database."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics of this moment."""
        numbers = self._read()
        yield _gauge("up", "Whether MongoDB answers.", int(numbers is not None))
        if numbers is None:
            return
        yield _by_status("campaigns", "Campaigns by status.", numbers.campaigns)
        yield _by_status("replies", "Messages from outside by status.", numbers.replies)
        yield _gauge("requests_waiting", "Requests to take up.", numbers.requests_waiting)
        yield _gauge("campaigns_due", "Campaigns with something to do.", numbers.campaigns_due)
        yield _gauge("escalations_open", "People are called for.", numbers.escalations_open)
        yield _gauge("operator_alerts", "Alerts.", numbers.alerts)
        yield from _of_campaigns(numbers.latest)


def _of_campaigns(latest: Mapping[str, CampaignNumbers]) -> Iterable[Metric]:
    conversations = _family("campaign_conversations", "By status.", "campaign", "status")
    messages = _family("campaign_messages", "By delivery status.", "campaign", "status")
    age = _family("campaign_metrics_age_seconds", "Since they were counted.", "campaign")
    for campaign, numbers in latest.items():
        for status, count in numbers.conversations.items():
            conversations.add_metric([campaign, status], count)
        for status, count in numbers.messages.items():
            messages.add_metric([campaign, status], count)
        age.add_metric([campaign], numbers.age_seconds)
    return (conversations, messages, age)


def _family(name: str, meaning: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", meaning, labels=labels)


def _gauge(name: str, meaning: str, value: int) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", meaning, value=value)


def _by_status(name: str, meaning: str, counts: Mapping[str, int]) -> GaugeMetricFamily:
    family = _family(name, meaning, "status")
    for status, count in counts.items():
        family.add_metric([status], count)
    return family
