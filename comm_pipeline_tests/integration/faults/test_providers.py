"""Providers that misbehave for a while, below a whole campaign; each channel alone is tested in
``integration/test_email_smtp.py`` and ``integration/channels``.
"""

import asyncio
import base64
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from comm_pipeline_tests.http_servers import (
    Behaviour,
    Seen,
    drops,
    hangs,
    http_server,
    in_turn,
    says,
)
from comm_pipeline_tests.integration.faults.outage import PEOPLE, Outage
from comm_pipeline_tests.smtp_servers import Script, ScriptedConnection, smtp_server

pytestmark = pytest.mark.anyio

#: So many of the first mails or calls are treated badly.
BAD = 7

Badly = Callable[[ScriptedConnection], "str | None"]


def keeps_it_and(then: Badly) -> Badly:
    """Accept a mail, and behave badly instead of saying so."""

    def behave(connection: ScriptedConnection) -> str | None:
        connection.script.accepted.append(connection.envelope)
        return then(connection)

    return behave


def at_first(badly: Badly) -> Badly:
    """Behave badly a few times, then well."""
    left = [badly] * BAD

    def behave(connection: ScriptedConnection) -> str | None:
        return left.pop()(connection) if left else None

    return behave


class LateScript(Script):
    """Answers each mail late, but in time."""

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: ScriptedConnection, _session: Any, envelope: Any
    ) -> str:
        await asyncio.sleep(0.1)
        return await super().handle_DATA(server, _session, envelope)


def nonsense(connection: ScriptedConnection) -> str:
    return connection.say(b"\x00\xff no such thing")


@pytest.mark.parametrize(
    ("script", "unknown"),
    [
        pytest.param(Script(at_body=at_first(ScriptedConnection.drop)), BAD, id="drops"),
        pytest.param(
            Script(at_body=at_first(keeps_it_and(ScriptedConnection.drop))), BAD, id="keeps, drops"
        ),
        pytest.param(Script(at_body=at_first(ScriptedConnection.hang)), BAD, id="hangs"),
        pytest.param(
            Script(at_body=at_first(keeps_it_and(ScriptedConnection.hang))), BAD, id="keeps, hangs"
        ),
        pytest.param(Script(at_mail=at_first(nonsense)), 0, id="nonsense"),
        pytest.param(Script(at_rcpt=at_first(lambda _: "451 4.7.1 wait")), 0, id="greylists"),
        pytest.param(Script(at_mail=at_first(lambda _: "421 4.7.0 slow down")), 0, id="throttles"),
        pytest.param(Script(at_data=at_first(ScriptedConnection.drop)), 0, id="drops at DATA"),
        pytest.param(LateScript(), 0, id="late"),
    ],
)
async def test_a_mail_server(
    mongodb_uri: str, database_name: str, script: Script, unknown: int
) -> None:
    async with smtp_server(script):
        settings = {
            "smtp_host": "127.0.0.1",
            "smtp_port": script.port,
            "smtp_security": "none",
            "smtp_sender": "us@acme.example",
            "smtp_timeout_seconds": 1 if unknown else 10,
        }
        outage = Outage(mongodb_uri, database_name, None, settings=settings)
        await outage.begin()
        await outage.work()
        await outage.mend()
    verdict = await outage.verdict(Counter(mail["Message-ID"] for mail in script.mails))
    assert (verdict.doubled, verdict.lost) == (0, 0)
    # On a busy machine another answer may come too late as well.
    assert verdict.unknown == 0 if unknown == 0 else verdict.unknown >= unknown


@pytest.mark.parametrize(
    "badly",
    [
        pytest.param(drops(), id="drops"),
        pytest.param(hangs(), id="hangs"),
        pytest.param(says(429, Retry_After="60"), id="throttles"),
        pytest.param(says(503), id="is down"),
        pytest.param(says(200, "<html>" * 1_000), id="nonsense"),
    ],
)
async def test_a_service_that_refuses_copies(
    mongodb_uri: str, database_name: str, badly: Behaviour
) -> None:
    """It is asked again until it has answered: nothing is unknown, and it sees one key once."""
    keys: set[str] = set()
    behaviour = in_turn(*[badly] * BAD, says(204))

    async def counted(seen: Seen) -> bytes:
        keys.add(seen.headers["webhook-id"])
        return await behaviour(seen)

    async with http_server(counted) as server:
        settings = {
            "webhook_url": f"{server.url}/send",
            "webhook_secret": "whsec_" + base64.b64encode(b"k" * 32).decode(),
            "webhook_timeout_seconds": 1,
            "channel": "webhook",
        }
        outage = Outage(mongodb_uri, database_name, None, settings=settings)
        await outage.begin()
        await outage.work()
        await outage.mend()
    verdict = await outage.verdict({})
    assert verdict.unknown == 0
    assert len(keys) == PEOPLE
