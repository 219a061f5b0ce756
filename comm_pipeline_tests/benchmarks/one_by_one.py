"""One by one: the loop that the source documents draw, with the pipeline's own decisions and texts.

Four workers (``WORKER_THREADS``). They create the state of each conversation and insert it with the
documented repository, which takes one at a time. Then each does what the flow chart of the Worker
Service says, for one conversation after the other: retrieve campaign and template, get the
conversation state, determine the next action, send the message, update the conversation state: two
reads and one write.

What is in the loop's favour: the template that a campaign holds is parsed once, messages go to the
channel without their frame, and there is no ledger, so it promises less than the pipeline: a worker
that dies between sending and updating will send again, and nobody asks the gates.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, TypeVar, cast

from comm_pipeline.channels.base import ChannelMessage
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.ids import RecipientId, conversation_id
from comm_pipeline.domain.messages import ledger_entry
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.services.conversation_setup import new_conversation
from comm_pipeline.services.delivery import _offer
from comm_pipeline.services.engine import Engine
from comm_pipeline.storage.conversation_commits import update_of
from comm_pipeline.storage.repository import to_document
from comm_pipeline_tests.benchmarks.first_pass import FirstPass
from comm_pipeline_tests.benchmarks.workload import a_campaign, an_engine, recipients

T = TypeVar("T")

#: ``WORKER_THREADS`` of the documents.
_WORKERS: Final = 4


async def measure_one_by_one(uri: str, database: str, count: int) -> float:
    """Return the seconds that the loop takes to create and to process ``count`` conversations."""
    async with an_engine(uri, database) as engine:
        campaign, template = await a_campaign(engine, count)
        loop = _Loop(engine, campaign, template)
        people = list(enumerate(recipients(count)))
        start = perf_counter()
        await _shared(people, loop.create)
        await _shared([loop.id_of(person) for _, person in people], loop.process)
        seconds = perf_counter() - start
        sent = {"delivery.status": "sent", "outbox": []}
        found = await engine.repositories.conversations._collection.count_documents(sent)
    assert found == count
    return seconds


async def _shared(items: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Work on the items with all workers; each takes the next."""
    rest = iter(items)

    async def work_on_the_rest() -> None:
        for item in rest:
            await work(item)

    await asyncio.gather(*(work_on_the_rest() for _ in range(_WORKERS)))


@dataclass(frozen=True, slots=True)
class _Loop:
    engine: Engine
    campaign: Campaign
    template: CampaignTemplate

    def id_of(self, person: dict[str, Any]) -> str:
        return conversation_id(self.campaign.id, RecipientId(person["id"]))

    async def create(self, numbered: tuple[int, dict[str, Any]]) -> None:
        position, person = numbered
        state = new_conversation(
            self.campaign, self.template, person, position, {}, self.engine.clock()
        )
        await self.engine.repositories.conversations.create_conversation_state(to_document(state))

    async def process(self, id_: str) -> None:
        repositories = self.engine.repositories
        campaign = await repositories.campaigns.get(self.campaign.id)
        template = self.engine.config_manager.template_of(campaign)
        document = await repositories.conversations.get_conversation_state(id_)
        conversation = Conversation.model_validate(document)
        commit = await FirstPass.of(campaign, template)(conversation, self.engine.clock())
        update = update_of(commit, "one by one")
        for entry in commit.entries:
            channel = self.engine.passes.delivery._channels.named(None)
            result = await _offer(
                channel, cast("ChannelMessage", ledger_entry(commit.after, entry))
            )
            settled = {"delivery": result.model_dump(), "outbox": []}
            update._doc["$set"] |= settled
        await repositories.conversations._collection.update_one(update._filter, update._doc)
