"""The mailbox, as Dagster looks into it and has it read."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from dagster import DagsterRunStatus

from comm_pipeline.orchestration.jobs import ingest_replies_job
from comm_pipeline.services.engine import Engine
from comm_pipeline_tests.imap_servers import FOLDER, PASSWORD, MailServer, pymap_server
from comm_pipeline_tests.integration.orchestration.conftest import Orchestration
from comm_pipeline_tests.integration.orchestration.test_jobs import metadata, start
from comm_pipeline_tests.integration.orchestration.test_sensors import skipped, tick
from comm_pipeline_tests.mail_builders import a_mail

T = TypeVar("T")


@contextmanager
def in_a_thread() -> Iterator[Callable[[Awaitable[T]], T]]:
    """Run coroutines in a loop of its own, which goes on beside what runs Dagster."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(awaitable: Awaitable[Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(_awaited(awaitable), loop).result(timeout=30)

    try:
        yield run
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _awaited(awaitable: Awaitable[T]) -> T:
    return await awaitable


class Mailbox:
    """An IMAP server that the settings of an orchestration name."""

    def __init__(self, server: MailServer, run: Callable[[Awaitable[Any]], Any]) -> None:
        self.server = server
        self._run = run

    def deliver(self, *mails: bytes) -> None:
        self._run(self.server.deliver(*mails))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with in_a_thread() as run:
        opened = pymap_server()
        server = run(opened.__aenter__())
        run(server.make_folders())
        try:
            yield Mailbox(server, run)
        finally:
            run(opened.__aexit__(None, None, None))


@pytest.fixture
def with_mail(orchestration: Orchestration, mailbox: Mailbox) -> Orchestration:
    settings = orchestration.settings.model_copy(
        update={
            "imap_host": "127.0.0.1",
            "imap_port": mailbox.server.port,
            "imap_security": "none",
            "imap_username": mailbox.server.user,
            "imap_password": mailbox.server.config().password,
            "imap_folder": FOLDER,
        }
    )
    return replace(orchestration, settings=settings)


def alerts(orchestration: Orchestration) -> list[dict[str, Any]]:
    async def read(engine: Engine) -> list[dict[str, Any]]:
        return await engine.repositories.alerts.find_latest(10)

    return orchestration.use(read)


def test_without_a_mailbox_the_sensor_says_so(orchestration: Orchestration) -> None:
    assert "IMAP_HOST" in skipped(tick(orchestration, "mailbox_sensor"))


def test_it_looks_as_often_as_the_settings_say(orchestration: Orchestration) -> None:
    often = orchestration.settings.model_copy(update={"imap_poll_seconds": 17})
    definitions = replace(orchestration, settings=often).definitions
    assert definitions.resolve_sensor_def("mailbox_sensor").minimum_interval_seconds == 17


def test_a_run_is_asked_for_when_something_is_new(
    with_mail: Orchestration, mailbox: Mailbox
) -> None:
    assert skipped(tick(with_mail, "mailbox_sensor")) == "nothing new in the mailbox"
    mailbox.deliver(a_mail())
    (asked,) = tick(with_mail, "mailbox_sensor").run_requests or []
    assert asked.run_key is None
    run = with_mail.instance.create_run_for_job(
        with_mail.definitions.resolve_job_def(ingest_replies_job.name),
        status=DagsterRunStatus.STARTED,
    )
    assert skipped(tick(with_mail, "mailbox_sensor")) == "the mailbox is being read"
    with_mail.instance.delete_run(run.run_id)
    with_mail.run(ingest_replies_job.name)
    assert skipped(tick(with_mail, "mailbox_sensor")) == "nothing new in the mailbox"


def test_the_run_says_what_came_in_and_the_next_tick_answers(
    with_mail: Orchestration, mailbox: Mailbox
) -> None:
    start(with_mail)
    first, second = with_mail.channel.sent
    answer = a_mail(
        "Yes, please tell me more", From=first.recipient_address, In_Reply_To=first.message_id
    )
    away = a_mail(
        "I am away until 30 March 2026.",
        From=second.recipient_address,
        In_Reply_To=second.message_id,
        Auto_Submitted="auto-replied",
    )
    mailbox.deliver(answer, away, a_mail("Who?", From="x@y.example"), b"no mail")
    with_mail.clock.move(hours=30)

    said = metadata(with_mail.run(ingest_replies_job.name), "inbound_messages")

    assert (said["mails_stored"], said["mails_malformed"], said["mails_held_back"]) == (4, 1, 0)
    assert (said["kind_genuine"], said["kind_out_of_office"], said["kind_hard_bounce"]) == (1, 1, 0)
    assert (said["replies_applied"], said["replies_noted"]) == (1, 1)
    assert said["replies_unmatched"] == 1
    (asked,) = tick(with_mail, "due_work_sensor").run_requests or []
    assert asked.job_name == "sweep_job"
    with_mail.run("sweep_job")
    state = with_mail.use(
        lambda engine: engine.repositories.conversations.get_conversation_state(
            "campaign_request_1:ann"
        )
    )
    assert len(state["stages"]) == 2


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [("imap_folder", "Nowhere", "IMAP_FOLDER"), ("imap_port", 9, "cannot be reached")],
)
def test_a_mailbox_that_cannot_be_read_is_an_alert(
    with_mail: Orchestration, setting: str, value: object, words: str
) -> None:
    broken = replace(with_mail, settings=with_mail.settings.model_copy(update={setting: value}))
    assert words in skipped(tick(broken, "mailbox_sensor"))
    said = metadata(broken.run(ingest_replies_job.name), "inbound_messages")
    assert words in str(said["mailbox_problem"])
    (alert,) = alerts(broken)
    assert (alert["_id"].partition(":")[0], alert["count"]) == ("mailbox", 2)
    assert PASSWORD not in str(alert)
