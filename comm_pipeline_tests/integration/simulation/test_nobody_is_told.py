"""A simulation tells nobody of its hand-offs, whatever the settings say."""

import pytest
from pydantic import SecretStr

from comm_pipeline.simulation.private_database import private_database
from comm_pipeline.simulation.simulate import prepared
from comm_pipeline.simulation.source import Source
from comm_pipeline_tests.simulation_builders import a_plan, a_request, some_settings

pytestmark = pytest.mark.anyio


async def test_people_who_do_not_exist_call_nobody(mongodb_uri: str) -> None:
    settings = some_settings(mongodb_uri, "test_not_used").model_copy(
        update={
            "escalation_email": "sales@acme.example",
            "escalation_webhook_url": SecretStr("https://acme.example/called"),
        }
    )
    plan = a_plan(request=a_request(1))
    async with (
        private_database(mongodb_uri) as database,
        prepared(settings, plan, Source(plan.request), database) as (run, _),
    ):
        assert list(run.engine.passes.notices.ways) == []
