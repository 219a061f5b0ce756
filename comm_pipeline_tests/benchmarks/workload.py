"""What every benchmark works on: the example sales campaign, its recipients, and a free channel."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import islice
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.domain.statuses import BatchRequestStatus, DeliveryStatus
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.services.clock import Clock, system_clock
from comm_pipeline.services.engine import Engine, open_engine
from comm_pipeline.settings import Settings
from comm_pipeline.settings.model import TEMPLATES_OF_THE_CHECKOUT

T = TypeVar("T")
Doc = dict[str, Any]

TEMPLATE_FILE: Final = TEMPLATES_OF_THE_CHECKOUT / "campaigns" / "campaign_sales.json"
#: Recipients that one batch request can hold as objects (about 200 bytes each, 16 MB at most).
MOST_AS_OBJECTS: Final = 50_000
#: Contacts inserted at once.
_CONTACTS_AT_ONCE: Final = 5_000
_REQUEST_ID: Final = "bench"


#: Monday, 10:00 where the recipients are: everybody may be written to.
_OPENING: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_STARTED_AT: Final = system_clock()
_ACCEPTED: Final = SendResult(status=DeliveryStatus.SENT, detail="250 accepted")


def office_clock() -> datetime:
    """Return the time as if this program had started on a Monday morning."""
    return _OPENING + (system_clock() - _STARTED_AT)


class FreeChannel:
    """Accepts everything at no cost."""

    name = "free"
    #: Doing nothing twice is as good as doing it once.
    accepts_idempotency_key = True

    def __init__(self, max_in_flight: int) -> None:
        self.max_in_flight = max_in_flight

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None

    async def send(self, message: ChannelMessage) -> SendResult:
        del message
        return _ACCEPTED

    async def check(self) -> str:
        return "free"


@asynccontextmanager
async def an_engine(
    uri: str, database: str, clock: Clock = office_clock, **settings: Any
) -> AsyncIterator[Engine]:
    """Open the real services on a database; settings that are not given are default."""
    chosen = Settings(mongodb_uri=uri, mongodb_database=database, **settings)
    channel = FreeChannel(chosen.worker_concurrent_tasks)
    async with open_engine(chosen, clock, "benchmark", channel) as engine:
        await engine.repositories.initialize()
        yield engine


def recipients(count: int) -> Iterator[Doc]:
    """Yield recipients as an agent service writes them."""
    for number in range(count):
        yield {
            "id": f"user_{number:07}",
            "contact_info": {
                "email": f"user_{number:07}@example{number % 97}.com",
                "first_name": "Ada",
                "last_name": "Okafor",
                "company_name": f"Northwind {number % 1000}",
                "timezone": "Europe/Berlin",
            },
        }


async def insert_request(engine: Engine, count: int, *, by_id: bool = False) -> None:
    """Write a batch request as the agent service does.

    Recipients are objects with contact_info or, with ``by_id`` and when there are too many for one
    document, ids with their contacts beside it.
    """
    by_id = by_id or count > MOST_AS_OBJECTS
    if by_id:
        await _insert_contacts(engine, count)
    request = {
        "_id": _REQUEST_ID,
        "name": "Benchmark campaign",
        "servicetype": "communication",
        "status": "new",
        "created_by": "benchmark",
        "template": json.loads(TEMPLATE_FILE.read_text()),
        "recipients": [one["id"] if by_id else one for one in recipients(count)],
        "context_data": {"company.name": "Initech", "company.sender_name": "Grace Hill"},
    }
    await engine.repositories.requests._collection.insert_one(request)


async def take_up(engine: Engine) -> CampaignId:
    """Make a campaign of the inserted request, by the real poller."""
    result = await engine.poller.process(_REQUEST_ID, engine.passes.owner, engine.clock())
    assert result is not None
    assert result.status is BatchRequestStatus.COMPLETED, result.reason
    return campaign_id_for_request(_REQUEST_ID)


async def a_campaign(engine: Engine, count: int) -> tuple[Campaign, CampaignTemplate]:
    """Return a campaign of ``count`` recipients, with its template, before it starts."""
    await insert_request(engine, count)
    campaign = await engine.repositories.campaigns.get(await take_up(engine))
    return campaign, engine.config_manager.template_of(campaign)


def batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield slices of ``size`` items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


async def _insert_contacts(engine: Engine, count: int) -> None:
    contacts = ({"_id": one.pop("id"), **one} for one in recipients(count))
    while batch := list(islice(contacts, _CONTACTS_AT_ONCE)):
        await engine.repositories.contacts._collection.insert_many(batch, ordered=False)
