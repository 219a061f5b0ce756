"""``doctor``, against real providers on loopback."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comm_pipeline.cli.main import cli
from comm_pipeline.embedded.mail_catcher import MailCatcher
from comm_pipeline_tests.http_channels import WEBHOOK_SECRET
from comm_pipeline_tests.http_servers import HttpServer, Seen, http_server, reply, says
from comm_pipeline_tests.imap_servers import FOLDER, PASSWORD, pymap_server
from comm_pipeline_tests.mail_builders import a_mail
from comm_pipeline_tests.running_systems import a_running_system

pytestmark = pytest.mark.anyio

Doctor = Callable[[dict[str, str]], Awaitable[Result]]


@pytest.fixture
def doctor(mongodb_uri: str, database_name: str) -> Doctor:
    mongodb = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name}

    async def run(environment: dict[str, str]) -> Result:
        return await asyncio.to_thread(
            CliRunner().invoke, cli, ["doctor"], env=mongodb | environment
        )

    return run


async def account_or_nobody(seen: Seen) -> bytes:
    """Answer as Twilio answers for its account, and as others answer HEAD."""
    is_account = seen.path.startswith("/2010-04-01/Accounts/")
    return reply(200, '{"status": "active"}') if is_account else reply(405)


def every_provider(server: HttpServer, mail: MailCatcher) -> dict[str, str]:
    return {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mail.port),
        "SMTP_SECURITY": "none",
        "SMTP_SENDER": "team@acme.example",
        "TWILIO_BASE_URL": server.url,
        "TWILIO_ACCOUNT_SID": "AC0123",
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_MESSAGING_SERVICE_SID": "MG0123",
        "WEBHOOK_URL": f"{server.url}/send",
        "WEBHOOK_SECRET": WEBHOOK_SECRET,
        "CHAT_WEBHOOK_URL": f"{server.url}/chat",
    }


async def test_every_channel_that_is_set_up_is_checked(doctor: Doctor, tmp_path: Path) -> None:
    with MailCatcher(tmp_path) as mail:
        async with http_server(account_or_nobody) as server:
            result = await doctor(every_provider(server, mail))
    assert f"ok    channel email: 127.0.0.1:{mail.port}" in result.output
    assert "ok    channel sms: the account is active" in result.output
    assert "ok    channel whatsapp: the account is active" in result.output
    assert "ok    channel webhook: reached" in result.output
    assert "ok    channel chat: reached" in result.output
    assert "channel log" not in result.output


async def test_a_channel_that_cannot_be_used_hides_no_other(doctor: Doctor, tmp_path: Path) -> None:
    with MailCatcher(tmp_path) as mail:
        async with http_server(account_or_nobody) as server:
            environment = every_provider(server, mail) | {"WEBHOOK_SECRET": "plain"}
        result = await doctor(environment)
    assert result.exit_code == 1
    assert "WRONG channel webhook: WEBHOOK_SECRET must be whsec_" in result.output
    assert "WRONG channel chat: The provider of the channel chat does not answer" in result.output
    assert "ok    channel email" in result.output


async def test_without_a_provider_the_log_is_named(doctor: Doctor) -> None:
    result = await doctor({})
    assert "ok    channel log: messages are written to the log only" in result.output


async def test_beside_a_running_system_its_mail_catcher_is_asked(
    doctor: Doctor, mongodb_uri: str, database_name: str, tmp_path: Path
) -> None:
    home = {"COMM_PIPELINE_HOME": str(tmp_path)}
    with MailCatcher(tmp_path / "mail") as mail:
        system = {
            "MONGODB_URI": mongodb_uri,
            "MONGODB_DATABASE": database_name,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(mail.port),
            "SMTP_SECURITY": "none",
            "SMTP_SENDER": "team@acme.example",
        }
        with a_running_system(tmp_path, system):
            beside = await doctor(home)
            elsewhere = await doctor(home | {"COMM_PIPELINE_CHANNEL": "log"})
    assert f"ok    channel email: 127.0.0.1:{mail.port}" in beside.output
    assert "ok    a system is running" in beside.output
    for result in (await doctor(home), elsewhere):
        assert "ok    channel log: messages are written to the log only" in result.output
        assert "a system is running" not in result.output


async def test_half_an_account_is_a_problem_of_the_settings(doctor: Doctor) -> None:
    result = await doctor({"TWILIO_ACCOUNT_SID": "AC0123"})
    assert result.exit_code == 1
    assert "TWILIO_AUTH_TOKEN is needed with TWILIO_ACCOUNT_SID" in result.output


async def test_the_language_model_is_checked_if_there_is_one(doctor: Doctor) -> None:
    listed = '{"object": "list", "data": [{"id": "tiny-1", "object": "model"}]}'
    async with http_server(says(200, listed, Content_Type="application/json")) as server:
        model = {"LLM_BASE_URL": f"{server.url}/v1", "LLM_MODEL": "tiny-1"}
        good = await doctor(model)
        wrong = await doctor(model | {"LLM_MODEL": "huge-1"})
    told = f"ok    language model: tiny-1 at {server.url}/v1; 0 of 5000000 tokens taken today"
    assert told in good.output
    assert "WRONG language model" in wrong.output
    assert "LLM_MODEL may be tiny-1" in wrong.output
    assert "language model" not in (await doctor({})).output


async def test_the_mailbox_is_tried_if_one_is_set_up(doctor: Doctor) -> None:
    async with pymap_server() as server:
        await server.make_folders()
        await server.deliver(a_mail())
        mailbox = {
            "IMAP_HOST": "127.0.0.1",
            "IMAP_PORT": str(server.port),
            "IMAP_SECURITY": "none",
            "IMAP_USERNAME": server.user,
            "IMAP_PASSWORD": PASSWORD,
        }
        found = await doctor(mailbox | {"IMAP_FOLDER": FOLDER})
        missing = await doctor(mailbox | {"IMAP_FOLDER": "Nowhere"})
    assert f"/{FOLDER} can be read; 1 mails lie in it" in found.output
    assert missing.exit_code == 1
    assert "WRONG mailbox: " in missing.output
    assert "IMAP_FOLDER" in missing.output
    assert "mailbox" not in (await doctor({})).output
