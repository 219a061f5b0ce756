"""One by one: the loop that the source documents draw, with the pipeline's own decisions and texts.

Four workers. Each reads one conversation, decides, renders and commits, sends, and updates the
conversation with what became of the message. There is no ledger, so it promises less than the
pipeline: a worker that dies between sending and updating will send again.
"""

import asyncio
from collections.abc import Iterator
from time import perf_counter
from typing import Final

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.messages import ledger_entry
from comm_pipeline.services.engine import Engine
from comm_pipeline.storage.conversation_states import _update
from comm_pipeline_tests.benchmarks.first_pass import FirstPass
from comm_pipeline_tests.benchmarks.workload import a_campaign, an_engine

#: ``WORKER_THREADS`` of the documents.
_WORKERS: Final = 4


async def measure_one_by_one(uri: str, database: str, count: int) -> float:
    """Return the seconds that the loop takes for ``count`` conversations, which exist already."""
    async with an_engine(uri, database) as engine:
        campaign, template = await a_campaign(engine, count)
        await engine.campaign_manager.initialize_campaign_conversations(campaign.id)
        first_pass = FirstPass.of(campaign, template)
        pending = await engine.repositories.conversations._collection.distinct("_id")
        assert len(pending) == count
        start = perf_counter()
        ids = iter(pending)
        await asyncio.gather(*(_work(engine, first_pass, ids) for _ in range(_WORKERS)))
        return perf_counter() - start


async def _work(engine: Engine, first_pass: FirstPass, ids: Iterator[str]) -> None:
    collection = engine.repositories.conversations._collection
    for id_ in ids:  # shared: each worker takes the next
        conversation = Conversation.model_validate(await collection.find_one({"_id": id_}))
        commit = first_pass(conversation, engine.clock())
        update = _update(commit, "one by one")
        await collection.update_one(update._filter, update._doc)
        for entry in commit.entries:
            result = await engine.passes.delivery._offer(ledger_entry(commit.after, entry))
            settled = {"delivery": result.model_dump(), "outbox": []}
            await collection.update_one({"_id": id_}, {"$set": settled})
