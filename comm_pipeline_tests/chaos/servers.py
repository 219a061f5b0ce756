"""A real mail server and a real text service on loopback, which may kill whoever is calling."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from comm_pipeline_tests.chaos.life import DOMAIN, MANAGER
from comm_pipeline_tests.chaos.provider import Provider
from comm_pipeline_tests.http_servers import Seen, http_server, reply
from comm_pipeline_tests.smtp_servers import Script, ScriptedConnection, smtp_server


@dataclass
class Servers:
    """What they have got, and where they listen.

    ``victim`` is the process that dies when the mail server has a whole mail of it and has not
    answered. It alone is given ``victims_settings``, so that no mail of another is taken for its.
    """

    provider: Provider = field(default_factory=Provider)
    victim: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    victims_settings: dict[str, Any] = field(default_factory=dict)

    def mail(self, connection: ScriptedConnection) -> str | None:
        """Take a mail, or let a greylisted one come again."""
        envelope: Any = connection.envelope
        (address,) = envelope.rcpt_tos
        if self.provider.refuses(address):
            return "451 4.7.1 greylisted"
        self.provider.take_mail(address, _message_id(envelope.original_content))
        return None

    def mail_of_victim(self, connection: ScriptedConnection) -> str | None:
        """Take a mail, and let its sender die."""
        answer = self.mail(connection)
        if answer is None and self.victim is not None:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = None
        return answer

    async def text(self, seen: Seen) -> bytes:
        """Take a text message."""
        self.provider.take_text(seen.form["To"], seen.form["Body"])
        answer = '{"sid": "SM1", "status": "queued", "num_segments": "1"}'
        return reply(201, answer, Content_Type="application/json")


@asynccontextmanager
async def running_servers() -> AsyncIterator[Servers]:
    """Run both for the block."""
    servers = Servers()
    async with (
        smtp_server(Script(at_body=servers.mail)) as smtp,
        smtp_server(Script(at_body=servers.mail_of_victim)) as deadly,
        http_server(servers.text) as http,
    ):
        servers.settings = {
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp.port,
            "smtp_security": "none",
            "smtp_sender": f"Acme <sales@{DOMAIN}>",
            "smtp_rate_limit": "100000/hour",
            "twilio_base_url": http.url,
            "twilio_account_sid": "AC" + "0" * 32,
            "twilio_auth_token": "token",
            "twilio_sms_sender": "+491701234500",
            "escalation_email": MANAGER,
        }
        servers.victims_settings = {"smtp_port": deadly.port}
        yield servers


def _message_id(mail: bytes) -> str:
    for line in mail.split(b"\r\n"):
        if line.lower().startswith(b"message-id:"):
            return line.split(b":", 1)[1].strip().decode()
    raise AssertionError("a mail without Message-ID")
