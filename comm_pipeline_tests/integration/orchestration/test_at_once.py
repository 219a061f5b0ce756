"""The same partition run by hand, by a sensor, by a sweep and by a backfill, all at once."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from dagster import DagsterInstance

from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.integration.orchestration.conftest import Orchestration

REQUEST = "busy"
CAMPAIGN = f"campaign_{REQUEST}"
PEOPLE = 30
#: What is started at once; each of them as a run of its own.
RUNS = ("start_campaign_job", "start_campaign_job", "advance_campaign_job", "sweep_job")


@contextmanager
def a_run_of_its_own(orchestration: Orchestration) -> Iterator[Orchestration]:
    with DagsterInstance.ephemeral() as instance:
        yield replace(orchestration, instance=instance)


def test_each_person_gets_each_message_once(orchestration: Orchestration) -> None:
    orchestration.insert(a_batch_request(_id=REQUEST, recipient_count=PEOPLE))

    def run(job: str) -> bool:
        partition = {} if job == "sweep_job" else {"partition_key": CAMPAIGN}
        with a_run_of_its_own(orchestration) as own:
            return own.run(job, raise_on_error=False, **partition).success

    for hours in (0, 48):
        orchestration.clock.move(hours=hours)
        with ThreadPoolExecutor(len(RUNS)) as pool:
            done = list(pool.map(run, RUNS))
        assert any(done)
    sent = Counter(message.idempotency_key for message in orchestration.channel.sent)
    # The first message and a follow-up.
    assert (len(sent), max(sent.values())) == (2 * PEOPLE, 1)
