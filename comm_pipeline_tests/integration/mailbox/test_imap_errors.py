"""What is wrong with a mail server or with the settings for it is said, with what to do."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from comm_pipeline.embedded.ports import LOOPBACK, free_port
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.mailbox.imap_config import ImapConfig
from comm_pipeline.mailbox.imap_source import ImapSource
from comm_pipeline_tests.imap_servers import PASSWORD, MailServer, pymap_server
from comm_pipeline_tests.smtp_servers import make_certificate

pytestmark = pytest.mark.anyio


async def failure_of(config: ImapConfig) -> str:
    with pytest.raises(EnvironmentFailure) as raised:
        async with ImapSource(config):
            pass
    assert PASSWORD not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"password": SecretStr("wrong")}, "IMAP_USERNAME, IMAP_PASSWORD"),
        ({"password": SecretStr("pässword")}, "IMAP_USERNAME, IMAP_PASSWORD"),
        ({"folder": "Nowhere"}, "correct IMAP_FOLDER"),
        ({"folder": "Antwörten & mehr"}, "correct IMAP_FOLDER"),
        ({"after_reading": "move:Nowhere"}, "has no folder Nowhere"),
        ({"security": "ssl"}, "check IMAP_SECURITY and IMAP_PORT"),
        ({"security": "starttls"}, "IMAP_SECURITY"),
    ],
)
async def test_wrong_settings(server: MailServer, overrides: dict[str, Any], said: str) -> None:
    message = await failure_of(server.config(**overrides))
    assert said in message
    assert server.config().server in message


async def test_nobody_listens(pymap: MailServer) -> None:
    assert "check IMAP_HOST, IMAP_PORT" in await failure_of(pymap.config(port=free_port()))


async def test_no_such_host(pymap: MailServer) -> None:
    assert "correct IMAP_HOST" in await failure_of(pymap.config(host="nowhere.invalid"))


@pytest.fixture
async def silent_port() -> AsyncIterator[int]:
    """A server that takes connections and never says a word."""
    release = asyncio.Event()

    async def wait(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    silent = await asyncio.start_server(wait, LOOPBACK, 0)
    yield silent.sockets[0].getsockname()[1]
    release.set()
    silent.close()
    await silent.wait_closed()


async def test_a_silent_server(pymap: MailServer, silent_port: int) -> None:
    config = pymap.config(port=silent_port, timeout_seconds=0.1)
    assert "raise IMAP_TIMEOUT_SECONDS" in await failure_of(config)


async def test_cancelled_while_it_connects(pymap: MailServer, silent_port: int) -> None:
    config = pymap.config(port=silent_port, timeout_seconds=0.5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), ImapSource(config):
            pass


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    return make_certificate(tmp_path, "localhost")


async def test_starttls_is_verified(certificate: tuple[Path, ssl.SSLContext]) -> None:
    file, context = certificate
    async with pymap_server(tls=context) as server:
        trusting = server.config(security="starttls", ca_file=file, folder="INBOX")
        async with ImapSource(trusting) as source:
            assert await source.uids_above(0) == []
        distrusting = trusting.model_copy(update={"ca_file": None})
        assert "certificate cannot be verified" in await failure_of(distrusting)


async def test_implicit_tls_is_verified(certificate: tuple[Path, ssl.SSLContext]) -> None:
    file, context = certificate
    async with pymap_server(tls=context, is_implicit=True) as server:
        trusting = server.config(security="ssl", ca_file=file, folder="INBOX")
        async with ImapSource(trusting) as source:
            assert await source.uids_above(0) == []
        distrusting = trusting.model_copy(update={"ca_file": None})
        assert "certificate cannot be verified" in await failure_of(distrusting)


@pytest.mark.parametrize("given", ["", "delete", "move:", "moved:Done"])
def test_after_reading_is_one_of_three(given: str) -> None:
    with pytest.raises(ValidationError, match="after_reading"):
        ImapConfig(host="h", username="u", password=SecretStr("p"), after_reading=given)


def test_a_config_hides_its_password() -> None:
    assert "hush" not in repr(ImapConfig(host="h", username="u", password=SecretStr("hush")))
