"""What runs say (logs, metadata, errors, alerts of failed runs) names no person and no secret."""

import json
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterInstance

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.channels.log import LogChannel
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.orchestration.resources import ChannelResource, MongoResource
from comm_pipeline.services.engine import Engine
from comm_pipeline.settings import Settings, configure_logging, load_settings
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.harness import RecordingChannel
from comm_pipeline_tests.integration.orchestration.conftest import Orchestration
from comm_pipeline_tests.plain_logs import log_plainly

ADDRESS, PHONE, SECRET = "zora.quill@example.com", "+4915155512345", "h1dd3n-Pa55"
CONTENT, ANSWER = "walrus pie for breakfast", "the submarine is yellow"
HIDDEN = (ADDRESS, "zora.quill", PHONE, "5155512345", SECRET, CONTENT, ANSWER)
JOBS = (
    ("start_campaign_job", {"comm_pipeline/batch_request": "request_1"}),
    ("advance_campaign_job", {}),
)


@pytest.fixture(autouse=True)
def _structlog_as_before() -> Iterator[None]:
    yield
    log_plainly()


@pytest.fixture
def hiding(orchestration: Orchestration) -> Orchestration:
    settings = orchestration.settings.model_copy(
        update={"log_level": "DEBUG"}
        | {name: getattr(_with_secrets(), name) for name in ("smtp_password", "forget_key")}
    )
    configure_logging(settings)
    return replace(orchestration, settings=settings)


def _with_secrets() -> Settings:
    return load_settings(
        {
            "SMTP_HOST": "mail.example",
            "SMTP_SENDER": "a@acme.example",
            "SMTP_USERNAME": "acme",
            "SMTP_PASSWORD": SECRET,
            "FORGET_KEY": SECRET * 4,
        }
    )


def a_request() -> dict[str, Any]:
    person = {"email": ADDRESS, "phone": PHONE, "first_name": "Zora"}
    wrong = {"email": f"{ADDRESS}@@", "phone": PHONE}
    template = a_template_document()
    template["stages"]["awareness"]["messages"][0]["template"] = CONTENT
    template.pop("_id")
    return a_batch_request(
        template=template,
        template_id=None,
        recipients=[
            {"id": ADDRESS, "contact_info": person},
            {"id": "user_2", "contact_info": wrong},
        ],
    )


class Faulty(RecordingChannel):
    """Refuses, fails and logs with everything that it knows."""

    def __init__(self, said: list[str]) -> None:
        super().__init__()
        self._said = said

    async def send(self, message: ChannelMessage) -> SendResult:
        await LogChannel().send(message)
        words = f"{message.recipient_address} {message.text} {SECRET}"
        if self._said.pop(0) == "raise":
            raise RuntimeError(words)
        return SendResult(status=DeliveryStatus.FAILED, detail=words)


def events_of(instance: DagsterInstance) -> str:
    """Return all that Dagster has stored of every run."""
    return "\n".join(
        str(entry.to_json())
        for run in instance.get_runs()
        for entry in instance.all_logs(run.run_id)
    )


@pytest.mark.parametrize("said", ["raise", "refuse"])
@pytest.mark.parametrize("log_format", ["json", "console"])
def test_runs_of_a_campaign_name_nobody(
    hiding: Orchestration, capfd: pytest.CaptureFixture[str], said: str, log_format: str
) -> None:
    settings = hiding.settings.model_copy(update={"log_format": log_format})
    configure_logging(settings)
    channel = Faulty([said] * 20)
    hiding = replace(hiding, settings=settings, channel=channel)
    hiding.insert(a_request())
    for job, tags in JOBS:
        hiding.run(job, partition_key="campaign_request_1", tags=tags)
        hiding.use(lambda engine: write_back(engine, hiding))
        hiding.clock.move(hours=1)
    hiding.run("sweep_job")
    hiding.clock.move(hours=49)
    hiding.run("sweep_job")

    out = capfd.readouterr()
    seen = out.out + out.err + events_of(hiding.instance)
    assert "message not sent, only logged" in out.err
    assert "campaign_request_1" in seen
    assert [trace for trace in HIDDEN if trace in seen] == []


def test_what_no_setting_hides_is_shown(
    hiding: Orchestration, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without SENSITIVE_FIELDS the same run shows all but the secret."""
    settings = hiding.settings.model_copy(update={"sensitive_fields": ()})
    configure_logging(settings)
    hiding = replace(hiding, settings=settings, channel=Faulty(["refuse"] * 20))
    hiding.insert(a_request())
    job, tags = JOBS[0]
    hiding.run(job, partition_key="campaign_request_1", tags=tags)

    out = capfd.readouterr()
    seen = out.out + out.err + events_of(hiding.instance)
    assert {one for one in (ADDRESS, CONTENT, SECRET) if one in seen} == {ADDRESS, CONTENT}


async def write_back(engine: Engine, orchestration: Orchestration) -> None:
    """Answer, with what cannot be applied beside it."""
    collection = engine.repositories.inbound._collection
    who = {"campaign_id": "campaign_request_1", "recipient_id": ADDRESS, "from_address": ADDRESS}
    now = orchestration.clock()
    await collection.insert_one(who | {"text": ANSWER, "received_at": now})
    await collection.insert_one(who | {"text": 7, "received_at": ANSWER})


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(f"{ADDRESS} {CONTENT} {SECRET}"),
        EnvironmentFailure(f"{ADDRESS} {PHONE} {SECRET}"),
        ConnectionError(f"{ADDRESS} {SECRET}"),
        ExceptionGroup(CONTENT, [ValueError(ANSWER)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_run_that_fails_says_so_in_words_that_may_be_shown(
    hiding: Orchestration, capfd: pytest.CaptureFixture[str], error: Exception
) -> None:
    def fail(_settings: Any, _clock: Any) -> Any:
        raise error from KeyError(ANSWER)

    resources = hiding.resources | {"channel": ChannelResource(hiding.settings, fail)}
    job = hiding.definitions_with(resources).resolve_job_def("sweep_job")
    result = job.execute_in_process(instance=hiding.instance, raise_on_error=False)

    assert not result.success
    out = capfd.readouterr()
    seen = out.out + out.err + events_of(hiding.instance)
    assert type(error).__name__ in seen or "ValueError" in seen
    assert [trace for trace in HIDDEN if trace in seen] == []


@pytest.mark.usefixtures("abandoned_sockets")
def test_a_database_that_cannot_be_reached_shows_no_password(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for uri in (
        f"mongodb://worker:{SECRET}@127.0.0.1:1/?serverSelectionTimeoutMS=1&connectTimeoutMS=1",
        f"mongodb://worker:a:{SECRET}@127.0.0.1:port",
        f"mongodb://worker:%zz{SECRET}@127.0.0.1",
        f"mongodb://worker:{SECRET}@127.0.0.1/?tls=true&ssl=false",
    ):
        settings = load_settings({"MONGODB_URI": uri, "COMM_PIPELINE_HOME": str(tmp_path)})
        with pytest.raises(EnvironmentFailure) as caught:
            MongoResource(settings).read(_nothing)
        shown = "".join(traceback.format_exception(caught.value))
        assert SECRET not in shown + repr(settings) + json.dumps(settings.model_dump(), default=str)


async def _nothing(_repositories: Any) -> None:
    return None
