"""The webhook: signature, format, and what a service may answer."""

import base64
import hashlib
import hmac
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from comm_pipeline.channels.http_client import HttpAnswer
from comm_pipeline.channels.http_config import WebhookConfig
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import EnvironmentFailure, InvalidSettingError
from comm_pipeline_tests.http_channels import (
    WEBHOOK_ACCEPTS,
    WEBHOOK_KEY,
    WEBHOOK_SECRET,
    a_text,
    send_one,
    webhook,
)
from comm_pipeline_tests.http_servers import Seen, drops, http_server, in_turn, says, says_json
from comm_pipeline_tests.smtp_servers import NOW

pytestmark = pytest.mark.anyio

SENT, DEFERRED = DeliveryStatus.SENT, DeliveryStatus.DEFERRED
BOUNCED, FAILED = DeliveryStatus.BOUNCED, DeliveryStatus.FAILED


def signature_of(seen: Seen, key: bytes) -> str:
    """Sign as a receiver does, from what it got."""
    begin = f"{seen.headers['webhook-id']}.{seen.headers['webhook-timestamp']}."
    digest = hmac.new(key, begin.encode() + seen.body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


async def test_the_call() -> None:
    message = a_text(text="Grüße ☺", references=("<a@x>",), in_reply_to="<a@x>")
    async with http_server(WEBHOOK_ACCEPTS) as server, webhook(server.url) as channel:
        result = await channel.send(message)
    [seen] = server.requests
    assert (seen.method, seen.path) == ("POST", "/send")
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert seen.headers["webhook-signature"] == signature_of(seen, WEBHOOK_KEY)
    assert seen.document == {
        "type": "message.send",
        "data": {
            "idempotency_key": message.idempotency_key,
            "message_id": message.message_id,
            "recipient_address": message.recipient_address,
            "recipient_name": message.recipient_name,
            "subject": message.subject,
            "text": "Grüße ☺",
            "html": message.html,
            "in_reply_to": "<a@x>",
            "references": ["<a@x>"],
        },
    }
    assert result.status is SENT


async def test_every_attempt_is_the_same_but_for_its_time() -> None:
    """A receiver that compares copies must find them equal."""
    script = in_turn(drops(), WEBHOOK_ACCEPTS)
    async with http_server(script) as server, webhook(server.url) as channel:
        assert (await channel.send(a_text())).status is DEFERRED
        assert (await channel.send(a_text())).status is SENT
    first, second = server.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["idempotency-key"] == second.headers["webhook-id"]


@pytest.mark.parametrize("key", ["a.b", "grüße:☺", "a\r\nX-Evil: 1", "x" * 5_000, "\ud800"])
async def test_any_key_makes_a_safe_header(key: str) -> None:
    async with http_server(WEBHOOK_ACCEPTS) as server, webhook(server.url) as channel:
        await channel.send(a_text(idempotency_key=key))
    headers = server.requests[0].headers
    assert "x-evil" not in headers
    assert headers["webhook-id"].startswith("msg_")
    assert "." not in headers["webhook-id"]
    assert len(headers["webhook-id"]) == 44


async def test_two_secrets_while_one_replaces_the_other() -> None:
    old_key = b"o" * 24
    old = SecretStr("whsec_" + base64.b64encode(old_key).decode())
    secrets = (SecretStr(WEBHOOK_SECRET), old)
    async with (
        http_server(WEBHOOK_ACCEPTS) as server,
        webhook(server.url, secrets=secrets) as channel,
    ):
        await channel.send(a_text())
    [seen] = server.requests
    expected = f"{signature_of(seen, WEBHOOK_KEY)} {signature_of(seen, old_key)}"
    assert seen.headers["webhook-signature"] == expected


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_is_acceptance(status: int) -> None:
    assert (await send_one(webhook, says(status))).status is SENT


async def test_the_services_own_id_is_kept() -> None:
    result = await send_one(webhook, says_json(202, {"id": "crm-7", "detail": "will do"}))
    assert result.provider_message_id == "crm-7"
    assert result.detail == "202 will do"


@pytest.mark.parametrize("document", [{"id": 7}, {"id": ""}, {"id": "x" * 201}, ["id"]])
async def test_an_id_that_is_none(document: Any) -> None:
    result = await send_one(webhook, says_json(200, document))
    assert result.status is SENT
    assert result.provider_message_id is None


@pytest.mark.parametrize(
    ("status", "word", "expected"),
    [
        (422, "bounced", BOUNCED),
        (422, "failed", FAILED),
        (400, None, FAILED),
        (404, "bounced", BOUNCED),
        (410, "bounced", BOUNCED),
        (404, "failed", DEFERRED),
        # These are not about one message, whatever else is said.
        *((status, "bounced", DEFERRED) for status in (401, 403, 405, 408, 409, 429, 500)),
    ],
)
async def test_refusals(status: int, word: str | None, expected: DeliveryStatus) -> None:
    answer = says_json(status, {"status": word, "detail": "no such mailbox"})
    result = await send_one(webhook, answer)
    assert result.status is expected
    assert "no such mailbox" in result.detail


@pytest.mark.parametrize("status", [200, 404, 405])
async def test_check_sends_nothing(status: int) -> None:
    async with http_server(says(status)) as server, webhook(server.url) as channel:
        assert str(status) in await channel.check()
    assert [seen.method for seen in server.requests] == ["HEAD"]


async def test_check_finds_a_service_that_is_down() -> None:
    async with http_server(says(503)) as server, webhook(server.url) as channel:
        with pytest.raises(EnvironmentFailure, match="WEBHOOK_URL"):
            await channel.check()


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_!!!!", WEBHOOK_SECRET.removeprefix("whsec_"), "whsec_c2hvcnQ=", "ü"],
)
async def test_a_secret_that_is_none(secret: str) -> None:
    with pytest.raises(InvalidSettingError, match="WEBHOOK_SECRET") as error:
        webhook("https://crm.example", secrets=(SecretStr(secret),))
    assert not secret or secret not in str(error.value).replace("whsec_ and", "")


async def test_without_a_secret_nothing_is_called() -> None:
    with pytest.raises(InvalidSettingError, match="WEBHOOK_SECRET"):
        webhook("https://crm.example", secrets=())


async def test_unencrypted_calls_to_another_machine_are_asked_for() -> None:
    with pytest.raises(InvalidSettingError, match="WEBHOOK_URL"):
        webhook("http://crm.internal")
    webhook("http://crm.internal", allow_http=True)


async def test_the_secrets_are_not_shown() -> None:
    url = "https://crm.example/in?key=c0ffee"
    config = WebhookConfig(url=SecretStr(url), secrets=(SecretStr(WEBHOOK_SECRET),))
    shown = f"{config!r} {config.model_dump_json()}"
    assert WEBHOOK_SECRET not in shown
    assert "c0ffee" not in shown


def documented_statuses() -> dict[tuple[int, bool], str]:
    """Return what docs/channels.md says that a refusal leads to, as (status, says bounced)."""
    text = (Path(__file__).parents[3] / "docs" / "channels.md").read_text()
    table = text[text.index("| answer | the message becomes |") :].partition("\n\n")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines()[3:]]
    others = next(becomes for answer, becomes in rows if "any other 4xx" in answer)
    found = dict.fromkeys(((status, False) for status in range(400, 500)), others)
    found |= dict.fromkeys(
        ((status, False) for status in (302, 303, 304, *range(500, 512))), "`deferred`"
    )
    for answer, becomes in rows:
        for status in re.findall(r"\b[34]\d\d\b", answer):
            found[int(status), "bounced" in answer] = becomes
    return {key: becomes.split("`")[1] for key, becomes in found.items()}


async def test_every_answer_leads_to_what_the_documentation_says() -> None:
    for (status, says_bounced), becomes in documented_statuses().items():
        body = '{"status": "bounced"}' if says_bounced else ""
        for retry_after in (None, "9"):
            answer = HttpAnswer(status, body, retry_after=retry_after)
            found = webhook("https://crm.example")._translate(answer)
            assert found.status.value == becomes, (status, says_bounced)
            assert ("WEBHOOK_URL" in found.detail) is (found.raw["meaning"] == "settings")
