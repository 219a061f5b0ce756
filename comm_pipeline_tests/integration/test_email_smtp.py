"""The SMTP channel against real servers on loopback, good and bad."""

import asyncio
import socket
import ssl
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from comm_pipeline.channels.base import SendResult
from comm_pipeline.channels.email_smtp import SmtpChannel
from comm_pipeline.channels.smtp_config import SmtpConfig
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import EnvironmentFailure, InvalidSettingError
from comm_pipeline_tests.smtp_servers import (
    NOW,
    Hook,
    Script,
    ScriptedConnection,
    a_channel_message,
    an_smtp_config,
    make_certificate,
    smtp_server,
)

pytestmark = pytest.mark.anyio

SENT, DEFERRED, BOUNCED, FAILED, UNKNOWN = (
    DeliveryStatus.SENT,
    DeliveryStatus.DEFERRED,
    DeliveryStatus.BOUNCED,
    DeliveryStatus.FAILED,
    DeliveryStatus.UNKNOWN,
)
#: "user" and "hunter2secret" as AUTH PLAIN sends them.
PLAIN_LOGIN = "AHVzZXIAaHVudGVyMnNlY3JldA=="


@pytest.fixture(autouse=True, params=[(), ("PIPELINING",)], ids=["one by one", "pipelining"])
def _announced(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every server take commands one by one, and then several at once."""
    monkeypatch.setattr(Script, "announces", request.param)


def channel(config: SmtpConfig) -> SmtpChannel:
    return SmtpChannel(config, clock=lambda: NOW)


async def send_one(port: int, message: Any = None, **config: Any) -> SendResult:
    async with channel(an_smtp_config(port, **config)) as opened:
        return await opened.send(message or a_channel_message())


def answer(words: str) -> Hook:
    return lambda _: words


def once(hook: Hook) -> Hook:
    """Do it the first time only."""
    done: list[bool] = []

    def first_time(connection: ScriptedConnection) -> str | None:
        if done:
            return None
        done.append(True)
        return hook(connection)

    return first_time


async def test_an_accepted_message_has_both_forms_and_all_headers() -> None:
    async with smtp_server() as server:
        result = await send_one(server.port, unsubscribe=("mailto:stop@acme.example",))
    assert result.status is SENT
    assert result.detail == "250 2.0.0 Ok: queued as Q1"
    assert result.provider_message_id == "Q1"
    [mail] = server.mails
    assert mail["From"] == "Acme Sales <sales@acme.example>"
    assert mail["To"] == "Ada Lovelace <ada1@example.com>"
    assert mail["Subject"] == "Hello Ada"
    assert mail["Message-ID"] == "<1.key@acme.example>"
    assert mail["Date"].datetime == NOW
    assert mail["List-Unsubscribe"] == "<mailto:stop@acme.example>"
    assert mail["In-Reply-To"] is None
    assert mail["Auto-Submitted"] is None
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content() == "Hi Ada,\n\nhow are you?\n"
    assert html.get_content() == "<p>Hi Ada</p>\n"


async def test_a_server_parses_no_mail_when_a_client_connects() -> None:
    async with smtp_server() as server:
        server.accepted.append(SimpleNamespace(original_content="no bytes: cannot be parsed"))
        result = await send_one(server.port, timeout_seconds=1)
    assert result.status is SENT


async def test_one_click_is_offered_where_the_address_tells_whose_mail_it_was() -> None:
    both = ("mailto:stop@acme.example?subject=stop", "https://acme.example/stop?of={message_id}")
    async with smtp_server() as server:
        await send_one(server.port, unsubscribe=both)
        await send_one(server.port, unsubscribe=("https://acme.example/preferences",))
    one_click, page = server.mails
    assert one_click["List-Unsubscribe"] == (
        "<mailto:stop@acme.example?subject=stop>, <https://acme.example/stop?of=1.key%40acme.example>"
    )
    assert one_click["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert page["List-Unsubscribe"] == "<https://acme.example/preferences>"
    assert page["List-Unsubscribe-Post"] is None


async def test_a_conversation_keeps_its_sender() -> None:
    senders = ("b@acme.example", "Carol <c@acme.example>")
    messages = [
        a_channel_message(number, conversation_id=f"conversation {number % 20}")
        for number in range(60)
    ]
    async with smtp_server() as server:
        config = an_smtp_config(server.port, more_senders=senders)
        async with SmtpChannel(config, lambda: NOW) as channel:
            for message in messages:
                await channel.send(message)
            expected = [channel.sender_for(message.conversation_id) for message in messages]
    assert [envelope.mail_from for envelope in server.accepted] == expected
    assert set(expected) == {"sales@acme.example", "b@acme.example", "c@acme.example"}
    assert expected[:20] == expected[20:40] == expected[40:]
    assert all(mail["From"].addresses[0].addr_spec in expected for mail in server.mails)


async def test_an_address_with_two_dots_is_used_as_it_is() -> None:
    message = a_channel_message(recipient_address="a..b.@docomo.example")
    async with smtp_server() as server:
        assert (await send_one(server.port, message)).status is SENT
    assert server.accepted[0].rcpt_tos == ["a..b.@docomo.example"]
    assert b"<a..b.@docomo.example>" in server.accepted[0].original_content


async def test_the_envelope_names_sender_and_recipient() -> None:
    async with smtp_server() as server:
        await send_one(server.port)
    [envelope] = server.accepted
    assert envelope.mail_from == "sales@acme.example"
    assert envelope.rcpt_tos == ["ada1@example.com"]
    assert server.connections[0].session.host_name == "acme.example"


async def test_threading_headers_survive_long_ids() -> None:
    ids = tuple(f"<{letter * 120}@acme.example>" for letter in "abc")
    message = a_channel_message(message_id=ids[2], in_reply_to=ids[1], references=ids[:2])
    async with smtp_server() as server:
        await send_one(server.port, message)
    [mail] = server.mails
    assert mail["Message-ID"] == ids[2]
    assert mail["In-Reply-To"] == ids[1]
    assert mail["References"].split() == list(ids[:2])
    assert b"=?utf-8" not in server.accepted[0].original_content


async def test_letters_beyond_ascii() -> None:
    message = a_channel_message(
        recipient_address="ada@münchen.example",
        recipient_name="Ädä, von (L.)",
        subject="Grüße " * 30,
        text="Größe ☺\n.\n..\nlong " + "x" * 2_000,
        html="<p>ü</p>",
    )
    async with smtp_server() as server:
        result = await send_one(server.port, message, sender="Müller & Söhne <m@müller.example>")
    assert result.status is SENT
    [envelope], [mail] = server.accepted, server.mails
    assert envelope.rcpt_tos == ["ada@xn--mnchen-3ya.example"]
    assert envelope.mail_from == "m@xn--mller-kva.example"
    assert mail["From"].addresses[0].display_name == "Müller & Söhne"
    assert mail["To"].addresses[0].display_name == "Ädä, von (L.)"
    assert mail["Subject"] == ("Grüße " * 30).strip()
    text = next(mail.iter_parts())
    assert text.get_content() == message.text + "\n"
    assert envelope.original_content.isascii()
    assert max(map(len, envelope.original_content.split(b"\r\n"))) < 998


async def test_a_local_part_beyond_ascii_needs_the_server_to_know_it() -> None:
    message = a_channel_message(recipient_address="üdä@example.com")
    async with smtp_server(enable_SMTPUTF8=True) as able, smtp_server() as unable:
        assert (await send_one(able.port, message)).status is SENT
        refused = await send_one(unable.port, message)
    assert able.accepted[0].rcpt_tos == ["üdä@example.com"]
    assert refused.status is FAILED
    assert "SMTPUTF8" in refused.detail


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\r\n\r\n"])
async def test_nothing_can_be_smuggled_in(line_break: str) -> None:
    evil = f"x{line_break}Bcc: all@example.com{line_break}.{line_break}MAIL FROM:<e@x>"
    message = a_channel_message(
        recipient_name=evil,
        subject=evil,
        text=f"a{line_break}.{line_break}MAIL FROM:<evil@example.com>{line_break}",
        in_reply_to=f"<a@b>{evil}",
        references=(evil, "<c@d>"),
    )
    async with smtp_server() as server:
        result = await send_one(server.port, message)
    assert result.status is SENT
    [mail] = server.mails
    assert mail["Bcc"] is None
    assert mail["In-Reply-To"].startswith("<a@b>")
    assert [address.addr_spec for address in mail["To"].addresses] == ["ada1@example.com"]
    assert not mail.defects


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "a b@example.com",
        "ada@example.com\r\nRCPT TO:<b@example.com>",
        "ada@example.com>",
        "a,b@example.com",
        "a(b)@example.com",
        '"a"@example.com',
        "ada@exa..mple.com",
        "ada@-\u00fc-.example",
        "\ud800@example.com",
        "ada@example.com SMTPUTF8",
    ],
)
async def test_what_is_no_address_is_never_offered(address: str) -> None:
    async with smtp_server() as server:
        result = await send_one(server.port, a_channel_message(recipient_address=address))
    assert result.status is FAILED
    assert result.detail.encode()
    assert server.connections == []


@pytest.mark.parametrize(
    ("words", "at_rcpt", "at_body"),
    [
        ("450 4.2.1 greylisted", DEFERRED, DEFERRED),
        ("451 4.3.0 try later", DEFERRED, DEFERRED),
        ("452 4.2.2 mailbox full", DEFERRED, DEFERRED),
        ("454 4.7.0 temporary", DEFERRED, DEFERRED),
        ("421 4.3.2 closing", DEFERRED, DEFERRED),
        ("530 5.7.0 login first", DEFERRED, DEFERRED),
        ("550 5.1.1 no such user", BOUNCED, BOUNCED),
        ("550 no such user", BOUNCED, FAILED),
        ("550 5.1.8 <sales@acme.example>: Sender address rejected", DEFERRED, DEFERRED),
        ("550 relay not permitted", DEFERRED, DEFERRED),
        # Nothing says that the recipient is meant.
        ("551 moved", FAILED, FAILED),
        ("553 bad name", FAILED, FAILED),
        ("550 5.7.1 blocked", FAILED, FAILED),
        ("552 5.2.2 full for ever", FAILED, FAILED),
        ("554 5.7.1 spam", FAILED, FAILED),
    ],
)
async def test_refusals(words: str, at_rcpt: DeliveryStatus, at_body: DeliveryStatus) -> None:
    for script, expected in (
        (Script(at_rcpt=once(answer(words))), at_rcpt),
        (Script(at_body=once(answer(words))), at_body),
    ):
        async with (
            smtp_server(script) as server,
            channel(an_smtp_config(server.port, connections=1)) as opened,
        ):
            refused = await opened.send(a_channel_message(1))
            assert refused.status is expected
            assert refused.detail.startswith(words)
            # Whatever was refused, the next message goes.
            assert (await opened.send(a_channel_message(2))).status is SENT
        assert len(server.accepted) == 1


@pytest.mark.parametrize(
    "words",
    ["550 sender refused", "553 5.1.8 bad sender", "550 5.7.60 no right to send as", "451 later"],
)
async def test_a_refused_sender_waits_for_better_settings(words: str) -> None:
    async with smtp_server(Script(at_mail=answer(words))) as server:
        result = await send_one(server.port)
    assert result.status is DEFERRED
    assert ("SMTP_SENDER" in result.detail) is words.startswith("55")


async def test_a_refusal_of_data_itself() -> None:
    async with smtp_server(Script(at_data=answer("554 no valid recipients"))) as server:
        assert (await send_one(server.port)).status is FAILED


@pytest.mark.parametrize("behaviour", [ScriptedConnection.drop, ScriptedConnection.hang])
@pytest.mark.parametrize(
    ("where", "expected"),
    [("at_mail", DEFERRED), ("at_rcpt", DEFERRED), ("at_data", DEFERRED), ("at_body", UNKNOWN)],
)
async def test_a_lost_answer(behaviour: Hook, where: str, expected: DeliveryStatus) -> None:
    async with (
        smtp_server(Script(**{where: once(behaviour)})) as server,
        channel(an_smtp_config(server.port, timeout_seconds=0.2, connections=1)) as opened,
    ):
        lost = await opened.send(a_channel_message(1))
        assert lost.status is expected
        assert ("may have been accepted" in lost.detail) is (expected is UNKNOWN)
        assert (await opened.send(a_channel_message(2))).status is SENT


async def test_an_answer_to_the_body_that_is_none() -> None:
    async with smtp_server(Script(at_body=answer("what?"))) as server:
        assert (await send_one(server.port)).status is UNKNOWN


async def test_words_that_are_not_utf8_can_be_stored() -> None:
    script = Script(at_rcpt=lambda connection: connection.say(b"550 5.1.1 caf\xe9"))
    async with smtp_server(script) as server:
        result = await send_one(server.port)
    assert result.status is BOUNCED
    assert result.model_dump_json()


async def test_idle_connections_that_the_server_closed_lose_nothing() -> None:
    async with (
        smtp_server() as server,
        channel(an_smtp_config(server.port, connections=3)) as opened,
    ):
        await asyncio.gather(*(opened.send(a_channel_message(number)) for number in range(3)))
        for connection in server.connections:
            connection.transport.close()
        # Sent at once: the channel may or may not have noticed.
        results = await asyncio.gather(
            *(opened.send(a_channel_message(number)) for number in range(3, 9))
        )
    assert {result.status for result in results} == {SENT}
    assert len(server.accepted) == 9


@pytest.mark.parametrize(
    "at_second_mail", [ScriptedConnection.drop, answer("421 4.4.2 idle too long, closing")]
)
async def test_a_connection_found_stale_at_mail_is_replaced(at_second_mail: Hook) -> None:
    seen: list[ScriptedConnection] = []

    def stale(connection: ScriptedConnection) -> str | None:
        seen.append(connection)
        return at_second_mail(connection) if seen.count(connection) > 1 else None

    async with (
        smtp_server(Script(at_mail=stale)) as server,
        channel(an_smtp_config(server.port, connections=1)) as opened,
    ):
        for number in range(3):
            assert (await opened.send(a_channel_message(number))).status is SENT
    assert len(server.accepted) == 3
    assert len(server.connections) == 3


async def test_many_messages_share_a_few_connections() -> None:
    async with (
        smtp_server() as server,
        channel(an_smtp_config(server.port, connections=4)) as opened,
    ):
        results = await asyncio.gather(
            *(opened.send(a_channel_message(number)) for number in range(200))
        )
    assert {result.status for result in results} == {SENT}
    assert len(server.connections) == 4
    assert {mail["Message-ID"] for mail in server.mails} == {
        f"<{number}.key@acme.example>" for number in range(200)
    }


async def test_nothing_is_connected_before_the_first_message() -> None:
    async with smtp_server() as server, channel(an_smtp_config(server.port)):
        pass
    assert server.connections == []


async def test_a_cancelled_send_leaves_no_broken_connection() -> None:
    reached = asyncio.Event()

    def hang(connection: ScriptedConnection) -> str:
        reached.set()
        return connection.hang()

    async with (
        smtp_server(Script(at_rcpt=once(hang))) as server,
        channel(an_smtp_config(server.port, connections=1)) as opened,
    ):
        sending = asyncio.create_task(opened.send(a_channel_message(1)))
        await asyncio.wait_for(reached.wait(), 10)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert (await opened.send(a_channel_message(2))).status is SENT


async def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        result = await send_one(port)
        async with channel(an_smtp_config(port)) as opened:
            with pytest.raises(EnvironmentFailure, match="Check SMTP_HOST"):
                await opened.check()
    assert result.status is DEFERRED
    assert f"127.0.0.1:{port}" in result.detail


async def test_a_host_without_address() -> None:
    result = await send_one(25, host="mail.invalid")
    assert result.status is DEFERRED
    assert "mail.invalid" in result.detail


async def test_check_says_what_the_server_said() -> None:
    async with smtp_server() as server, channel(an_smtp_config(server.port)) as opened:
        assert "250" in await opened.check()
    assert server.accepted == []


async def test_a_sender_that_is_no_address_is_named() -> None:
    with pytest.raises(InvalidSettingError, match="SMTP_SENDER"):
        channel(an_smtp_config(25, sender="nobody"))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return make_certificate(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("foreign"), "foreign")[0]


async def test_starttls(ours: tuple[Path, ssl.SSLContext]) -> None:
    certificate, context = ours
    async with smtp_server(tls_context=context, require_starttls=True) as server:
        encrypted = await send_one(server.port, security="starttls", ca_file=certificate)
        plain = await send_one(server.port, security="none")
    assert encrypted.status is SENT
    assert server.connections[0].session.ssl is not None
    assert plain.status is DEFERRED
    assert "530" in plain.detail


async def test_tls_from_the_start(ours: tuple[Path, ssl.SSLContext]) -> None:
    certificate, context = ours
    async with smtp_server(tls=context) as server:
        result = await send_one(server.port, security="tls", ca_file=certificate)
    assert result.status is SENT


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_is_not_trusted(
    ours: tuple[Path, ssl.SSLContext], foreign: Path, security: str
) -> None:
    _, context = ours
    options = {"tls": context} if security == "tls" else {"tls_context": context}
    async with smtp_server(**options) as server:
        result = await send_one(server.port, security=security, ca_file=foreign)
    assert result.status is DEFERRED
    assert "certificate verify failed" in result.detail.lower()
    assert server.accepted == []


async def test_a_server_without_starttls_gets_nothing() -> None:
    async with smtp_server() as server:
        result = await send_one(server.port, security="starttls")
    assert result.status is DEFERRED
    assert "STARTTLS" in result.detail
    assert server.accepted == []


async def test_certificates_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match=r"none\.pem"):
        await send_one(25, security="tls", ca_file=tmp_path / "none.pem")


@pytest.mark.parametrize(("password", "status"), [("right", SENT), ("wrong", DEFERRED)])
async def test_login(
    ours: tuple[Path, ssl.SSLContext], password: str, status: DeliveryStatus
) -> None:
    certificate, context = ours
    login = {"username": "user", "password": SecretStr(password), "ca_file": certificate}
    async with smtp_server(tls_context=context, auth_required=True) as server:
        result = await send_one(server.port, security="starttls", **login)
        config = an_smtp_config(server.port, security="starttls", **login)
        if status is DEFERRED:
            async with channel(config) as opened:
                with pytest.raises(EnvironmentFailure, match="535"):
                    await opened.check()
    assert result.status is status
    assert ("535" in result.detail) is (status is DEFERRED)
    assert "wrong" not in result.detail


@pytest.mark.parametrize("repeated", ["hunter2secret", "aHVudGVyMnNlY3JldA==", PLAIN_LOGIN])
@pytest.mark.parametrize("where", ["at_auth", "at_mail", "at_rcpt", "at_data", "at_body"])
async def test_a_server_that_repeats_the_password(where: str, repeated: str) -> None:
    login = {"username": "user", "password": SecretStr("hunter2secret")}
    hook = answer(f"535 5.7.8 login of user with {repeated} refused")
    script = Script(**{"at_auth": answer("235 welcome"), where: hook})
    async with smtp_server(script, auth_require_tls=False) as server:
        result = await send_one(server.port, **login)
    assert result.status is DEFERRED
    name = "***" if where == "at_auth" else "user"
    assert f"535 5.7.8 login of {name} with *** refused" in result.detail
    assert repeated not in result.model_dump_json()


async def test_a_server_that_repeats_the_password_when_it_is_checked() -> None:
    login = {"username": "user", "password": SecretStr("hunter2secret")}
    script = Script(at_auth=answer("535 not hunter2secret"))
    async with (
        smtp_server(script, auth_require_tls=False) as server,
        channel(an_smtp_config(server.port, **login)) as opened,
    ):
        with pytest.raises(EnvironmentFailure, match=r"535 not \*\*\*"):
            await opened.check()
