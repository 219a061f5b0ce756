"""The example campaigns, answered by simulated people over a real mail server."""

import re
from collections import Counter

import pytest

from comm_pipeline.embedded.mail_catcher import MailCatcher
from comm_pipeline.embedded.mailbox import read_mails
from comm_pipeline.simulation.mail_proof import prove
from comm_pipeline_tests.integration.simulation.conftest import Town, new_readers

pytestmark = pytest.mark.anyio


async def test_both_campaigns_end_with_every_kind_of_outcome(town: Town) -> None:
    campaigns = sales, support = await town.submit("sales"), await town.submit("support")
    await town.live_until_completed(*campaigns)

    outcomes = Counter(one["outcome"] for one in await town.conversations(sales))
    assert outcomes["opted_out"] in (1, 2)
    assert outcomes["success"] >= 5
    assert outcomes["no_response"] >= 5
    assert outcomes["error"] == 1  # the address that cannot be used
    responses = [one["context"].get("response", {}) for one in await town.conversations(support)]
    ratings = [response["rating"] for response in responses if "rating" in response]
    assert min(ratings) < 4 <= max(ratings)

    proof = await prove(town.engine.repositories, town.mail_directory, campaigns)
    assert (proof.violations, proof.stopped) == ((), outcomes["opted_out"])
    assert proof.mails == proof.accepted == sum(one.kind == "mail" for one in town.letters)
    for campaign_id in campaigns:
        assert await town.engine.metrics.reconcile(campaign_id) == []
    await check_replies(town)


async def check_replies(town: Town) -> None:
    """Each reply found its conversation by its headers, and nobody wrote twice in a stage."""
    replies = await town.replies()
    assert len(replies) == sum(one.kind == "reply" for one in town.letters) > 40
    assert {reply["status"] for reply in replies} == {"applied"}
    written = Counter(
        (one.conversation_id, one.stage) for one in town.letters if one.kind == "reply"
    )
    assert set(written.values()) == {1}
    stopped = {r["conversation_id"] for r in replies if r["analysis"]["is_opt_out"]}
    for conversation_id in stopped:
        of_one = [one for one in town.letters if one.conversation_id == conversation_id]
        assert of_one[-1].kind == "reply"


async def test_a_reply_looks_like_one_of_a_mail_program(town: Town, catcher: MailCatcher) -> None:
    await town.submit("sales")
    await town.live(0)
    await town.live(40)

    assert len(await town.replies()) > 10
    mails = {str(one.message["Message-ID"]): one.message for one in catcher.mails()}
    for reply in await town.replies():
        mail = mails[reply["in_reply_to"]]
        assert reply["references"] == [reply["in_reply_to"]]
        assert reply["from_address"] in str(mail["X-Envelope-To"])
        assert reply["subject"] == f"Re: {mail['Subject']}"
        assert re.fullmatch(r"<\w+@example\.(com|org|net)>", reply["message_id"])
        own, quoted = reply["text"].split("\n\nOn ", 1)
        assert "2026 at 09:00, Acme Team <team@acme.example> wrote:\n> Hi " in quoted
        # What is quoted says how to stop, and that is not to be taken for the answer.
        assert "> Reply STOP and I will not write again." in quoted
        assert reply["analysis"]["is_opt_out"] == (own in town.behaviour.opt_out_texts)


async def test_whoever_reads_the_folder_again_writes_nothing_twice(
    town: Town, catcher: MailCatcher
) -> None:
    await town.submit("support")
    await town.live(0)
    await town.live(24)
    await town.live(24)
    before = await town.replies()

    town.readers = new_readers(town.engine, town.clock, catcher)
    await town.converse()
    town.clock.move(hours=48)
    again = await town.readers.write_due()

    assert len(before) > 5
    after = await town.replies()
    assert len({reply["in_reply_to"] for reply in after}) == len(after) == len(before) + len(again)


async def test_mails_of_somebody_else_are_left_alone(town: Town, catcher: MailCatcher) -> None:
    (catcher.directory / "00000000000000000001-1.eml").write_bytes(
        b"X-Envelope-To: ann@example.com\r\nMessage-ID: <x@example.com>\r\n\r\nHello\r\n"
    )
    await town.converse()
    assert (town.letters, town.readers.next_due_at) == ([], None)


async def test_a_second_copy_and_a_lost_mail_are_found(town: Town) -> None:
    campaign_id = await town.submit("sales")
    await town.live(0)
    first, second, *_ = [caught.path for caught in read_mails(town.mail_directory)]

    first.with_name(f"9{first.name[1:]}").write_bytes(first.read_bytes())
    doubled = await prove(town.engine.repositories, town.mail_directory, [campaign_id])
    first.unlink()
    second.unlink()
    lost = await prove(town.engine.repositories, town.mail_directory, [campaign_id])

    assert [text.partition(" ")[2] for text in doubled.violations] == [
        "lies 2 times in the mail folder",
        "mails lie in the folder, but the ledger says 30 were sent",
    ]
    assert lost.violations == ("29 mails lie in the folder, but the ledger says 30 were sent",)


async def test_a_mail_after_stop_is_found_and_one_that_crossed_it_is_told(town: Town) -> None:
    campaign_id = await town.submit("sales")
    await town.live(0)
    while not (stopped := await opt_outs(town)):
        await town.live(12)
    entries = town.engine.repositories.ledger._collection
    read_at = stopped[0]["settled_at"]
    query = {"conversation_id": stopped[0]["conversation_id"]}

    await entries.update_one(query, {"$set": {"sending_at": read_at}})
    crossed = await prove(town.engine.repositories, town.mail_directory, [campaign_id])
    town.clock.move(seconds=1)
    await entries.update_one(query, {"$set": {"sending_at": town.clock()}})
    broken = await prove(town.engine.repositories, town.mail_directory, [campaign_id])

    assert (crossed.violations, crossed.crossed) == ((), 1)
    assert "said stop at" in broken.violations[0]


async def opt_outs(town: Town) -> list[dict[str, object]]:
    return [one for one in await town.replies() if one.get("analysis", {}).get("is_opt_out")]
