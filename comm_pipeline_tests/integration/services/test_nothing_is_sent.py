"""The channel ``log`` only pretends: who looks at the alerts is told, however quiet the log is."""

import pytest

from comm_pipeline.channels.log import NOTHING_IS_SENT, LogChannel
from comm_pipeline.services.engine import open_engine
from comm_pipeline.settings import Settings
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import MovedClock, Pipeline, RecordingChannel

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("is_log", [True, False])
async def test_what_is_only_logged_is_an_alert(
    mongodb_uri: str, database_name: str, *, is_log: bool
) -> None:
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, log_level="ERROR")
    clock, kept = MovedClock(), RecordingChannel()
    channel = LogChannel() if is_log else kept
    async with open_engine(settings, clock, "test worker", channel) as engine:
        pipeline = Pipeline(engine, clock, kept)
        await engine.repositories.initialize()
        await pipeline.insert(a_batch_request(recipient_count=3))
        await pipeline.sweep()
        await pipeline.sweep()
        alerts = await engine.repositories.alerts._collection.find().to_list()
    assert [(one["_id"], one["message"]) for one in alerts] == (
        [("channel:log", NOTHING_IS_SENT)] if is_log else []
    )
