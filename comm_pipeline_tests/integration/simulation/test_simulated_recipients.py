"""The example campaigns, answered by simulated people over a real mail server."""

from collections import Counter

import pytest

from comm_pipeline.simulation.mail_proof import prove
from comm_pipeline_tests.integration.simulation.conftest import Town

pytestmark = pytest.mark.anyio


async def test_both_campaigns_end_with_every_kind_of_outcome(town: Town) -> None:
    sales = await town.submit("sales")
    support = await town.submit("support")
    await town.live_until_completed(sales, support)

    outcomes = Counter(one["outcome"] for one in await town.conversations(sales))
    assert outcomes["opted_out"] in (1, 2)
    assert outcomes["success"] >= 5
    assert outcomes["no_response"] >= 5
    ratings = [
        one["context"]["response"].get("rating")
        for one in await town.conversations(support)
        if "response" in one["context"]
    ]
    assert {low for low in ratings if low is not None and low < 4}
    assert {high for high in ratings if high is not None and high >= 4}
    print(outcomes, sorted(x for x in ratings if x))
    for c in (sales, support):
        m = await town.engine.campaign_manager.get_campaign_metrics(c)
        print(
            {k: (v["entered"], v["completed"]) for k, v in m["stage_metrics"].items()},
            m["outcomes"],
            m["deliveries"],
            m["message_metrics"],
        )
        assert await town.engine.metrics.reconcile(c) == []
    print(
        await prove(town.engine.repositories, town.mail_directory, [sales, support]), town.clock.now
    )
