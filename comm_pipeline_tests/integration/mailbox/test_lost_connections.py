"""A mail server that drops connections or refuses mails costs time, and no mail."""

from collections.abc import AsyncIterator

import pytest

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.mailbox.imap_config import ImapConfig
from comm_pipeline.services.mail_ingestion import MOST_REFUSALS
from comm_pipeline_tests.imap_proxy import MeddlingProxy, meddling_proxy
from comm_pipeline_tests.imap_servers import MailServer
from comm_pipeline_tests.integration.mailbox.conftest import Inbox
from comm_pipeline_tests.mail_builders import a_mail

pytestmark = pytest.mark.anyio

MAILS = [a_mail(f"text {one} " + "x" * 5_000, Message_ID=f"<{one}@x.example>") for one in range(4)]


@pytest.fixture
async def proxy(server: MailServer) -> AsyncIterator[MeddlingProxy]:
    await server.deliver(*MAILS)
    async with meddling_proxy(server) as running:
        yield running


@pytest.fixture
def config(server: MailServer, proxy: MeddlingProxy) -> ImapConfig:
    return server.config(port=proxy.port)


async def second_uid(server: MailServer) -> str:
    return await server.other_client(lambda client: client.uids()[1])


@pytest.mark.parametrize("cut_after", [0, 30, 3_000])
async def test_dropped_in_the_middle_of_a_mail(
    server: MailServer, proxy: MeddlingProxy, config: ImapConfig, inbox: Inbox, cut_after: int
) -> None:
    proxy.cut, proxy.cut_after = rf"FETCH {await second_uid(server)} .*BODY", cut_after
    with pytest.raises(EnvironmentFailure, match="the next run goes on where this one ended"):
        await inbox.ingest(config)
    assert len(await inbox.stored()) == 1
    proxy.cut = None
    report = await inbox.ingest(config)
    assert (report.stored, report.seen_before) == (3, 1)


@pytest.mark.parametrize("command", ["LOGIN", "CAPABILITY", "EXAMINE", "SEARCH", "RFC822.SIZE"])
async def test_dropped_at_any_command(
    proxy: MeddlingProxy, config: ImapConfig, inbox: Inbox, command: str
) -> None:
    proxy.cut, proxy.cut_after = command, 3
    with pytest.raises(EnvironmentFailure, match="The mailbox Replies at"):
        await inbox.ingest(config)
    proxy.cut = None
    assert (await inbox.ingest(config)).stored == 4


@pytest.mark.parametrize("command", ["STORE", "LOGOUT"])
async def test_dropped_when_all_is_stored(
    server: MailServer, proxy: MeddlingProxy, inbox: Inbox, command: str
) -> None:
    config = server.config(port=proxy.port, after_reading="seen")
    proxy.cut, proxy.cut_after = command, 3
    if command == "STORE":
        with pytest.raises(EnvironmentFailure):
            await inbox.ingest(config)
    else:
        await inbox.ingest(config)
    proxy.cut = None
    assert (await inbox.ingest(config)).stored == 0
    assert await server.flags() == [("\\Seen",)] * 4


async def test_a_refused_mail_is_asked_for_again_and_stops_no_other(
    server: MailServer, proxy: MeddlingProxy, config: ImapConfig, inbox: Inbox
) -> None:
    proxy.refuse = rf"FETCH {await second_uid(server)} .*BODY"
    report = await inbox.ingest(config)
    assert (report.stored, report.held_back) == (3, 1)
    proxy.refuse = None
    report = await inbox.ingest(config)
    assert (report.stored, report.seen_before, report.held_back) == (1, 2, 0)
    assert (await inbox.ingest(config)).seen_before == 0


async def test_a_mail_that_is_never_given_is_kept_as_malformed(
    server: MailServer, proxy: MeddlingProxy, config: ImapConfig, inbox: Inbox
) -> None:
    proxy.refuse = rf"FETCH {await second_uid(server)} .*BODY"
    reports = [await inbox.ingest(config) for _ in range(MOST_REFUSALS + 1)]
    assert [report.held_back for report in reports] == [1] * (MOST_REFUSALS - 1) + [0, 0]
    assert (reports[-2].malformed, reports[-1].seen_before) == (1, 0)
    malformed = next(one for one in await inbox.stored() if one["status"] == "malformed")
    assert "this one is broken" in malformed["reason"]
    assert malformed["found_in"]["uid"] == int(await second_uid(server))


async def test_a_mail_that_breaks_every_connection_stops_the_others_a_while_only(
    server: MailServer, proxy: MeddlingProxy, config: ImapConfig, inbox: Inbox
) -> None:
    proxy.cut, proxy.cut_after = rf"FETCH {await second_uid(server)} .*BODY", 50
    for _ in range(MOST_REFUSALS):
        with pytest.raises(EnvironmentFailure):
            await inbox.ingest(config)
    report = await inbox.ingest(config)
    assert (report.stored, report.malformed, report.seen_before) == (3, 1, 1)


async def test_what_cannot_be_put_away_is_said(
    server: MailServer, proxy: MeddlingProxy, inbox: Inbox
) -> None:
    proxy.refuse = "STORE"
    report = await inbox.ingest(server.config(port=proxy.port, after_reading="seen"))
    assert report.stored == 4
    assert "this one is broken" in (report.not_put_away or "")


@pytest.mark.parametrize("lacking", ["MOVE", "MOVE UIDPLUS"])
async def test_servers_that_cannot_move(
    server: MailServer, proxy: MeddlingProxy, inbox: Inbox, lacking: str
) -> None:
    proxy.hidden = tuple(lacking.split())
    await inbox.ingest(server.config(port=proxy.port, after_reading="move:Done"))
    assert len(await server.flags("Done")) == 4
    left = [] if lacking == "MOVE" else [("\\Deleted",)] * 4
    assert await server.flags() == left
    assert not any(command.startswith(("EXPUNGE", "CLOSE")) for command in proxy.commands)
