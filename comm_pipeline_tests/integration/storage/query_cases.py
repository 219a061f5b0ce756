"""One call of every method of every repository, as passes, sensors and people make it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from comm_pipeline.domain.analysis import ModelUsage
from comm_pipeline.domain.circuit_breaker import Breaker
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.escalations import EscalationKind, EscalationStatus, SaidBefore
from comm_pipeline.domain.ids import CampaignId, ConversationId, RecipientId, conversation_id
from comm_pipeline.domain.provider_reports import ReportStatus
from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.domain.rate_limits import parse_rate_limits
from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.domain.statuses import BatchRequestStatus, CampaignStatus, DeliveryStatus
from comm_pipeline.storage.outbound_messages import Postponement
from comm_pipeline.storage.rate_limits import Demand
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.suppressions import SuppressionRepository
from comm_pipeline_tests.builders import START, a_batch_request, a_reply, an_escalation, at
from comm_pipeline_tests.integration.storage.documents import (
    HOLD,
    campaign,
    conversation,
    entry,
    key_of,
    settlement,
    speaking,
)
from comm_pipeline_tests.integration.storage.many_documents import DUE, LARGE, MANY, RARE, SIZE

Call = Callable[[Repositories], Awaitable[Any]]

FIRST, SECOND = LARGE[0], LARGE[1]
_WAITING_KEYS = [key_of(number, FIRST) for number in range(20)]
_SENDING_KEYS = [key_of(number, FIRST) for number in range(DUE, DUE + RARE)]


def _ids(count: int, campaign_id: CampaignId = FIRST) -> list[ConversationId]:
    return [
        conversation_id(campaign_id, RecipientId(f"user_{number}"))
        for number in range(100, 100 + count)
    ]


async def _all_of(stream: AsyncIterator[Any]) -> None:
    async for _ in stream:
        pass


async def _commit_stale_batch(repositories: Repositories) -> None:
    """Commit what has another version in part, so that the written ones are looked up."""
    stale = [speaking(conversation(number, SECOND, version=number % 2)) for number in range(20)]
    await repositories.conversations.commit(stale, "token")


def _stored(number: int) -> Conversation:
    return conversation(number, FIRST)


_REQUESTS: Final[dict[str, Call]] = {
    "insert": lambda r: r.requests.insert(a_batch_request(_id="request_new")),
    "find_waiting": lambda r: r.requests.find_waiting(START, 100),
    "claim": lambda r: r.requests.claim("request_0", CampaignId("campaign_x"), "me", START, HOLD),
    "settle": lambda r: r.requests.settle("request_20", BatchRequestStatus.FAILED, "bad", START),
    "fail_too_large": lambda r: r.requests.fail_too_large("request_2"),
    "find_for_campaign": lambda r: r.requests.find_for_campaign(CampaignId("campaign_700")),
    "get": lambda r: r.requests.get("request_700"),
    "find_failed": lambda r: r.requests.find_failed(5),
    "count_by_status": lambda r: r.requests.count_by_status(),
    "stream_recipients": lambda r: _all_of(r.requests.stream_recipients("request_700")),
    "count_recipients": lambda r: r.requests.count_recipients("request_700"),
    "find_doubled_recipients": lambda r: r.requests.find_doubled_recipients("request_700", 5),
}
_CAMPAIGNS: Final[dict[str, Call]] = {
    "create": lambda r: r.campaigns.create(campaign(MANY + 1), ["user_1"]),
    "get": lambda r: r.campaigns.get(FIRST),
    "is_active": lambda r: r.campaigns.is_active(FIRST),
    "find": lambda r: r.campaigns.find(CampaignStatus.COMPLETED, "campaign_2", 50),
    "find_latest": lambda r: r.campaigns.find_latest(20),
    "find_due": lambda r: r.campaigns.find_due(START, 100),
    "count_answers": lambda r: r.campaigns.count_answers(FIRST, {9: 2, 14: 1}),
    "change_status": lambda r: r.campaigns.change_status(
        CampaignId("campaign_11"), CampaignStatus.PAUSED
    ),
    "pin_template": lambda r: r.campaigns.pin_template(
        campaign(1, template_version="2"), "1", START
    ),
    "wake": lambda r: r.campaigns.wake(LARGE, START),
    "set_next_due": lambda r: r.campaigns.set_next_due(FIRST, at(1), 0),
    "reschedule": lambda r: r.campaigns.reschedule(FIRST, START),
    "look_again": lambda r: r.campaigns.look_again(FIRST, START),
    "park": lambda r: r.campaigns.park(FIRST, 0),
    "postpone": lambda r: r.campaigns.postpone(SECOND, at(1), "the channel is down"),
    "count_by_status": lambda r: r.campaigns.count_by_status(),
}
_CONVERSATIONS: Final[dict[str, Call]] = {
    "create_conversation_state": lambda r: r.conversations.create_conversation_state({"_id": "x"}),
    "get_conversation_state": lambda r: r.conversations.get_conversation_state(_ids(1)[0]),
    "update_conversation_state": lambda r: r.conversations.update_conversation_state(
        _ids(1)[0], {"context": {}}
    ),
    "delete_conversation_state": lambda r: r.conversations.delete_conversation_state(
        _ids(1, SECOND)[0]
    ),
    "find_conversation_states": lambda r: r.conversations.find_conversation_states({}, FIRST, 50),
    "find_pending": lambda r: r.conversations.find_pending(FIRST, START, 50),
    "stream_due": lambda r: _all_of(r.conversations.stream_due(FIRST, START, 25)),
    "find_outbox": lambda r: r.conversations.find_outbox(FIRST, 100),
    "find_open": lambda r: r.conversations.find_open(SECOND, "", 100),
    "make_due": lambda r: r.conversations.make_due(LARGE[2], ["awareness"], "UTC", START),
    "load": lambda r: r.conversations.load(_ids(50)),
    "addresses": lambda r: r.conversations.addresses(_ids(50)),
    "all_addresses": lambda r: r.conversations.all_addresses(_ids(1)[0]),
    "gate_facts": lambda r: r.conversations.gate_facts(_ids(50)),
    "find_by_address": lambda r: r.conversations.find_by_address("user_7@example.com", 50),
    "ids_of_addresses": lambda r: r.conversations.ids_of_addresses(
        [f"user_{number}@example.com" for number in range(20)]
    ),
    "create_many": lambda r: _awaited(r.conversations.create_many([conversation(SIZE, FIRST)])),
    "commit": _commit_stale_batch,
    "clear_outbox": lambda r: r.conversations.clear_outbox(_ids(50), "token"),
    "clear_one_outbox": lambda r: r.conversations.clear_one_outbox(_stored(1)),
    "set_aside": lambda r: r.conversations.set_aside(_stored(1), "no room", is_full=True),
    "next_action_at": lambda r: r.conversations.next_action_at(FIRST),
    "count_due": lambda r: r.conversations.count_due(FIRST, START, 1000),
    "has_open": lambda r: r.conversations.has_open(FIRST),
    "count_by_status": lambda r: r.conversations.count_by_status(FIRST),
}
_LEDGER: Final[dict[str, Call]] = {
    "reserve": lambda r: r.ledger.reserve([entry(SIZE, FIRST), entry(1, FIRST)]),
    "get": lambda r: r.ledger.get(key_of(1, FIRST)),
    "stream_due": lambda r: _all_of(r.ledger.stream_due(FIRST, START, 25)),
    "count_due": lambda r: r.ledger.count_due(FIRST, START, 1000),
    "next_attempt_at": lambda r: r.ledger.next_attempt_at(FIRST),
    # Named twice, so that not as many are changed as are named, and the taken are looked up.
    "mark_sending": lambda r: r.ledger.mark_sending(
        _WAITING_KEYS + _WAITING_KEYS[:1], "me", "email", START
    ),
    "settle": lambda r: r.ledger.settle([settlement(key) for key in _SENDING_KEYS], "gone"),
    "withhold": lambda r: r.ledger.withhold(
        [settlement(key_of(n, SECOND), DeliveryStatus.SUPPRESSED) for n in range(5)]
    ),
    "postpone": lambda r: r.ledger.postpone(
        [Postponement(key_of(n, SECOND), at(1), "night") for n in range(10, 20)], START
    ),
    "find_interrupted": lambda r: r.ledger.find_interrupted(SECOND, "me", 100),
    "resolve_interrupted": lambda r: r.ledger.resolve_interrupted(
        entry(DUE, SECOND, owner="gone", sending_at=START), DeliveryStatus.UNKNOWN, "died", START
    ),
    "find_unhandled": lambda r: r.ledger.find_unhandled(FIRST, 100),
    "mark_handled": lambda r: r.ledger.mark_handled(_WAITING_KEYS),
    "delivery_facts": lambda r: r.ledger.delivery_facts(_WAITING_KEYS),
    "find_offered": lambda r: r.ledger.find_offered(_ids(50), at(-24)),
    "senders_used": lambda r: r.ledger.senders_used(_ids(50)),
    "outcomes": lambda r: r.ledger.outcomes(_WAITING_KEYS),
    "find_by_message_ids": lambda r: r.ledger.find_by_message_ids(
        [entry(number, FIRST).message_id for number in range(50)]
    ),
    "count_by_status": lambda r: r.ledger.count_by_status(FIRST),
    "find_reported": lambda r: r.ledger.find_reported(None, None, "SM1"),
    "report": lambda r: r.ledger.report(
        key_of(1, SECOND), DeliveryStatus.DELIVERED, "reported", START, is_handled=True
    ),
    "find_unknown": lambda r: r.ledger.find_unknown(None, 100),
    "settle_unknown": lambda r: r.ledger.settle_unknown(
        key_of(1, SECOND), DeliveryStatus.SENT, "by hand", START
    ),
}
_REPORTS: Final[dict[str, Call]] = {
    "find_ours": lambda r: r.ledger.find_ours(
        [entry(number, FIRST).message_id for number in range(50)]
    ),
    "find_by_tokens": lambda r: r.ledger.find_by_tokens(
        [entry(number, FIRST).message_id[1:41] for number in range(5)]
    ),
    "get_ours": lambda r: r.ledger.get_ours(key_of(1, FIRST)),
    "record_report": lambda r: r.ledger.record_report(
        key_of(1, SECOND), "report_1", {"kind": "hard_bounce"}, DeliveryStatus.BOUNCED, START
    ),
    "release": lambda r: r.ledger.release(
        conversation_id(SECOND, RecipientId("user_20")), "escalation", START
    ),
    "stop_waiting": lambda r: r.ledger.stop_waiting(
        [conversation_id(SECOND, RecipientId(f"user_{number}")) for number in range(20, 40)],
        DeliveryStatus.SUPPRESSED,
        "stop",
        START,
    ),
}
_MAILBOXES: Final[dict[str, Call]] = {
    "begin": lambda r: r.mailboxes.begin("a@mail.example:993/INBOX", 7, START),
    "last_uid": lambda r: r.mailboxes.last_uid("a@mail.example:993/INBOX", 7),
    "restart": lambda r: r.mailboxes.restart("a@mail.example:993/INBOX", 8, START),
    "advance": lambda r: r.mailboxes.advance("a@mail.example:993/INBOX", 8, 5, START),
    "refused": lambda r: r.mailboxes.refused("a@mail.example:993/INBOX", 8),
    "count_refusal": lambda r: r.mailboxes.count_refusal("a@mail.example:993/INBOX", 8, 6),
}
_INBOUND: Final[dict[str, Call]] = {
    "add": lambda r: r.inbound.add(a_reply(id="reply_new")),
    "find_new": lambda r: r.inbound.find_new(100),
    "has_new": lambda r: r.inbound.has_new(),
    "settle": lambda r: r.inbound.settle("reply_new", InboundStatus.APPLIED, START),
    "settle_all": lambda r: r.inbound.settle_all(
        InboundStatus.APPLIED, START, [("reply_new", {"taken_as": "genuine"})]
    ),
    "find_latest": lambda r: r.inbound.find_latest(InboundStatus.UNMATCHED, 20),
    "find_of_conversation": lambda r: r.inbound.find_of_conversation(
        _ids(1)[0], InboundStatus.NOTED, 100
    ),
    "stream_applied": lambda r: _all_of(r.inbound.stream_applied(FIRST, 100)),
    "set_analysis": lambda r: r.inbound.set_analysis("reply_new", {"kind": "genuine"}, START),
    "get_status": lambda r: r.inbound.get_status("reply_new"),
    "assign": lambda r: r.inbound.assign("reply_new", {"conversation_id": _ids(1)[0]}, START),
    "count_by_status": lambda r: r.inbound.count_by_status(),
}
_LEASES: Final[dict[str, Call]] = {
    "acquire": lambda r: r.leases.acquire(FIRST, "me", HOLD),
    "acquire_slot": lambda r: r.leases.acquire_slot(RARE, "me", HOLD),
    "renew": lambda r: r.leases.renew(f"campaign:{FIRST}", "me", HOLD),
    "release": lambda r: r.leases.release(f"campaign:{FIRST}", "me"),
    "holder": lambda r: r.leases.holder(FIRST),
    "held": lambda r: r.leases.held(LARGE),
}
_DEMANDS = {
    f"recipient domain {number}.example": Demand(parse_rate_limits("100/hour"), 3)
    for number in range(50)
}
_OTHERS: Final[dict[str, Call]] = {
    "templates.get": lambda r: r.templates.get("template_7"),
    "templates.put": lambda r: r.templates.put("template_7", {"name": "Seven"}),
    "suppressions.add": lambda r: r.suppressions.add("a@example.com", "stop", "reply", START),
    "suppressions.forget": lambda r: r.suppressions.forget(
        "a@example.com", Pseudonyms("a secret of at least 32 characters"), START
    ),
    "suppressions.are_forgotten": lambda r: SuppressionRepository(
        r.suppressions._collection.database, Pseudonyms("a secret of at least 32 characters")
    ).are_forgotten([f"user_{number}@example.com" for number in range(50)]),
    "suppressions.find": lambda r: r.suppressions.find(
        [f"user_{number}@example.com" for number in range(2500, 3500, 10)]
    ),
    "suppressions.doubt": lambda r: r.suppressions.doubt(
        "b@example.com", _ids(1)[0], "unclear", "reply", START
    ),
    "suppressions.find_doubted": lambda r: r.suppressions.find_doubted(_ids(1)[0]),
    "suppressions.end_doubt": lambda r: r.suppressions.end_doubt(_ids(1)[0]),
    "contacts.put": lambda r: r.contacts.put([{"_id": "user_1", "contact_info": {}}]),
    "contacts.find": lambda r: r.contacts.find([f"user_{number}" for number in range(50)]),
    "escalations.open": lambda r: r.escalations.open([an_escalation(_stored(1))]),
    "escalations.find": lambda r: r.escalations.find(None, EscalationStatus.OPEN, 50),
    "escalations.find_open_of": lambda r: r.escalations.find_open_of(_ids(1)[0]),
    "escalations.find_latest_of": lambda r: r.escalations.find_latest_of(
        _ids(1)[0], EscalationKind.APPROVAL
    ),
    "escalations.add_reply": lambda r: r.escalations.add_reply(
        _ids(1)[0], SaidBefore(at=START, direction="inbound", text="Hello"), START
    ),
    "escalations.close": lambda r: r.escalations.close("none", EscalationStatus.RESOLVED, START),
    "escalations.find_to_be_told": lambda r: r.escalations.find_to_be_told(FIRST, START, 50),
    "escalations.next_notice_at": lambda r: r.escalations.next_notice_at(FIRST),
    "escalations.count_open": lambda r: r.escalations.count_open(1000),
    "escalations.set_notice": lambda r: r.escalations.set_notice("none", ["email"], 1, START, 0),
    "metrics.put": lambda r: r.metrics.put([{"campaign_id": FIRST, "sent": 1}], START),
    "metrics.find_latest": lambda r: r.metrics.find_latest(20),
    "metrics.get": lambda r: r.metrics.get(FIRST),
    "alerts.raise_alert": lambda r: r.alerts.raise_alert("alert_7", "again", at(1)),
    "alerts.find_latest": lambda r: r.alerts.find_latest(20),
    "limits.acquire": lambda r: r.limits.acquire(_DEMANDS, START),
    "limits.give_back": lambda r: r.limits.give_back(_DEMANDS, START),
    "breakers.get": lambda r: r.breakers.get("email smtp.example.com"),
    "provider_reports.find_due": lambda r: r.provider_reports.find_due(START, 100),
    "provider_reports.has_due": lambda r: r.provider_reports.has_due(START),
    "provider_reports.settle": lambda r: r.provider_reports.settle(
        "report_1", ReportStatus.APPLIED, START
    ),
    "provider_reports.look_again": lambda r: r.provider_reports.look_again(
        "report_1", 1, START, "not settled"
    ),
    "breakers.replace": lambda r: r.breakers.replace("email smtp.example.com", 0, Breaker()),
    "model_usage.reserve": lambda r: r.model_usage.reserve(START.date(), 10, 1_000),
    "model_usage.settle": lambda r: r.model_usage.settle(
        START.date(), 10, ModelUsage(model="m"), 5
    ),
    "model_usage.of_day": lambda r: r.model_usage.of_day(START.date()),
}


async def _awaited(call: Awaitable[Any]) -> None:
    await call


def _named(repository: str, calls: dict[str, Call]) -> dict[str, Call]:
    return {f"{repository}.{method}": call for method, call in calls.items()}


#: By "repository.method"; the name says which method it is a call of.
CASES: Final[dict[str, Call]] = {
    **_named("requests", _REQUESTS),
    **_named("campaigns", _CAMPAIGNS),
    **_named("conversations", _CONVERSATIONS),
    **_named("ledger", _LEDGER),
    **_named("ledger", _REPORTS),
    **_named("mailboxes", _MAILBOXES),
    **_named("inbound", _INBOUND),
    **_named("leases", _LEASES),
    **_OTHERS,
}
#: Other ways of calling: parameters that make another query, and calls that find nothing.
VARIANTS: Final[dict[str, Call]] = {
    "requests.claim of a stale one": lambda r: r.requests.claim(
        "request_16", CampaignId("campaign_x"), "me", START, HOLD
    ),
    "requests.claim of a settled one": lambda r: r.requests.claim(
        "request_700", CampaignId("campaign_x"), "me", START, HOLD
    ),
    "requests.find_waiting of few": lambda r: r.requests.find_waiting(START, 2),
    "campaigns.find of any status": lambda r: r.campaigns.find(None, "campaign_2", 50),
    "campaigns.find_due of none": lambda r: r.campaigns.find_due(at(-1000), 100),
    "campaigns.find_due of few": lambda r: r.campaigns.find_due(START, 2),
    "escalations.find of a campaign": lambda r: r.escalations.find(FIRST, None, 50),
    "conversations.find_pending of a stage": lambda r: r.conversations.find_pending(
        FIRST, START, 50, stage="awareness"
    ),
    "conversations.stream_due of none": lambda r: _all_of(
        r.conversations.stream_due(FIRST, at(-1000), 25)
    ),
    "conversations.find_open of the next page": lambda r: r.conversations.find_open(
        SECOND, _ids(1, SECOND)[0], 100
    ),
    "conversations.find_by_address of a phone": lambda r: r.conversations.find_by_address(
        "+491701234567", 50
    ),
    "conversations.count_due of few": lambda r: r.conversations.count_due(FIRST, START, 3),
    "conversations of no such campaign": lambda r: r.conversations.find_outbox(
        CampaignId("campaign_none"), 100
    ),
    "ledger.stream_due of none": lambda r: _all_of(r.ledger.stream_due(FIRST, at(-1000), 25)),
    "ledger.find_interrupted of none": lambda r: r.ledger.find_interrupted(LARGE[2], "gone", 100),
    "ledger.find_unknown of a campaign": lambda r: r.ledger.find_unknown(FIRST, 100),
    "ledger.find_reported by its key": lambda r: r.ledger.find_reported(
        key_of(1, FIRST), None, None
    ),
    "ledger.find_reported by its Message-ID": lambda r: r.ledger.find_reported(
        None, entry(1, FIRST).message_id, None
    ),
    "ledger.mark_sending from two senders": lambda r: r.ledger.mark_sending(
        _WAITING_KEYS, "me", "email", START, dict.fromkeys(_WAITING_KEYS[:9], "a@acme.example")
    ),
    "ledger.find_by_message_ids of none": lambda r: r.ledger.find_by_message_ids([]),
    "leases.acquire of a new one": lambda r: r.leases.acquire(
        CampaignId("campaign_new"), "me", timedelta(seconds=30)
    ),
    "leases.acquire_slot of more": lambda r: r.leases.acquire_slot(RARE + 2, "me", HOLD),
    "leases.acquire of one that is held": lambda r: r.leases.acquire(
        CampaignId("campaign_new"), "you", HOLD
    ),
}
