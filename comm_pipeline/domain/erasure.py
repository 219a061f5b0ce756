"""What is left of a person's documents when the person is forgotten.

Only fields that say nothing of anybody are kept, by name, so that a field that comes along later is
erased until somebody says otherwise here: ids, stages, statuses and times, which counts are made
of. An address gives way to its pseudonym, which the suppression list knows.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final

from comm_pipeline.domain.escalations import EscalationStatus
from comm_pipeline.domain.personal_text import ERASED
from comm_pipeline.domain.provider_reports import ReportStatus
from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.domain.statuses import DeliveryStatus

Doc = dict[str, Any]
#: Gives the pseudonym of an address.
Pseudonym = Callable[[str], str]

_WHO_AND_WHEN: Final = ("_id", "conversation_id", "campaign_id", "recipient_id", "status")
_KEPT_OF_CONVERSATIONS: Final = (
    *_WHO_AND_WHEN,
    *("user_id", "campaign_type", "current_stage", "stages", "metrics", "outcome"),
    *("created_at", "last_active", "next_action_at", "version", "outbox", "commit_token"),
    *("refused_channels", "failures", "answered_after_seconds", "named_responses"),
)
_KEPT_OF_HISTORY: Final = (
    *("stage", "message_index", "follow_up", "kind", "channel", "variant", "rfc_message_id"),
    *("planned_at", "applied_at", "characters"),
)
_KEPT_OF_MESSAGES: Final = (
    *_WHO_AND_WHEN,
    *("stage", "message_index", "follow_up", "kind", "message_id", "channel", "provider"),
    *("provider_message_id", "attempts", "created_at", "next_attempt_at", "planned_at"),
    *("deferred_since", "postponed_at", "sending_at", "settled_at", "reported_at", "owner"),
    *("is_handled", "is_given_up", "sending_token"),
)
_KEPT_OF_REPLIES: Final = (
    *_WHO_AND_WHEN,
    *("kind", "taken_as", "received_at", "settled_at", "assigned_at", "provider_id", "source"),
)
_KEPT_OF_ESCALATIONS: Final = (
    *_WHO_AND_WHEN,
    *("stage", "action", "created_at", "kind", "rule", "notify_attempts", "told", "heard"),
    *("closed_at",),
)
#: Why what comes when a person is forgotten already is put aside.
ABOUT_SOMEBODY_FORGOTTEN: Final = "it is about somebody who was forgotten"
#: Of reports that come when a person is forgotten already; what they name may be the person's.
_KEPT_OF_LATE_REPORTS: Final = ("event", "provider", "error_code", "received_at", "looks")
#: What takes the place of what a mail holds that reports on a message to a forgotten person.
NOTHING_OF_A_LATE_MAIL: Final[Mapping[str, Any]] = {
    "text": "",
    "subject": None,
    "html": None,
    "kind_evidence": None,
    "report": None,
    "from_address": None,
    "from_name": None,
    "to": [],
    "cc": [],
    "to_plus": [],
    "headers": {},
    "attachments": [],
    "notes": [],
    "message_id": None,
    "in_reply_to": None,
    "references": [],
}
_KEPT_OF_REPORTS: Final = (
    *("_id", "status", "event", "idempotency_key", "message_id", "provider_message_id"),
    *("provider", "received_at", "settled_at", "next_look_at", "looks"),
)


def erased_conversation(document: Mapping[str, Any], pseudonym: Pseudonym, now: datetime) -> Doc:
    """Return a conversation that has ended without what was said in it and of whom it was with."""
    del now
    kept = _only(document, _KEPT_OF_CONVERSATIONS)
    history, decisions = document.get("message_history"), document.get("decisions")
    return kept | {
        "address": _hidden(document.get("address"), pseudonym),
        "reason": _blanked(document.get("reason")),
        "message_history": [_entry(one, pseudonym) for one in _maps(history)],
        "decisions": [{**one, "reason": ERASED} for one in _maps(decisions)],
        "context": {},
    }


def _entry(entry: Mapping[str, Any], pseudonym: Pseudonym) -> Doc:
    details = entry.get("metadata")
    kept = _only(details, _KEPT_OF_HISTORY) if isinstance(details, Mapping) else {}
    if isinstance(details, Mapping) and "subject" in details:
        kept["subject"] = ERASED
    if isinstance(details, Mapping) and "address" in details:
        kept["address"] = _hidden(details["address"], pseudonym)
    own = _only(entry, ("message_id", "direction", "timestamp"))
    return own | {"content": ERASED, "metadata": kept}


def erased_findings(campaign: Mapping[str, Any], recipients: Collection[str]) -> Doc:
    """Return a campaign without the words of findings about some recipients, which quote them."""
    findings = campaign.get("findings")
    first = findings.get("first") if isinstance(findings, Mapping) else None
    if not isinstance(findings, Mapping) or not isinstance(first, list):
        return dict(campaign)
    cleaned = [
        {**one, "message": ERASED, "fix": ERASED}
        if isinstance(one, Mapping) and one.get("recipient") in recipients
        else one
        for one in first
    ]
    return {**campaign, "findings": {**findings, "first": cleaned}}


def erased_message(document: Mapping[str, Any], pseudonym: Pseudonym, now: datetime) -> Doc:
    """Return a ledger entry without its words; one that is being offered becomes unknown.

    Nobody offers it any more when this is called: its worker has died.
    """
    erased = _only(document, _KEPT_OF_MESSAGES) | {
        "address": _hidden(document.get("address"), pseudonym) or "",
        "subject": ERASED,
        "text": ERASED,
        "reason": _blanked(document.get("reason")),
    }
    if document.get("status") == DeliveryStatus.SENDING.value:
        erased |= {
            "status": DeliveryStatus.UNKNOWN.value,
            "settled_at": now,
            "next_attempt_at": None,
        }
    return erased


def erased_reply(document: Mapping[str, Any], pseudonym: Pseudonym, now: datetime) -> Doc:
    """Return a message from outside without what it says; a new one has no effect any more."""
    erased = _only(document, _KEPT_OF_REPLIES) | {
        "text": "",
        "from_address": _hidden(document.get("from_address"), pseudonym),
    }
    if document.get("status") in {None, InboundStatus.NEW.value}:
        erased |= {"status": InboundStatus.IGNORED.value, "settled_at": now}
    return erased


def erased_escalation(document: Mapping[str, Any], pseudonym: Pseudonym, now: datetime) -> Doc:
    """Return a hand-off without what a person was told; an open one has nothing left to do."""
    erased = _only(document, _KEPT_OF_ESCALATIONS) | {
        "address": _hidden(document.get("address"), pseudonym),
        "reason": ERASED,
        "notify_at": None,
    }
    if document.get("status") == EscalationStatus.OPEN.value:
        erased |= {"status": EscalationStatus.SUPERSEDED.value, "closed_at": now}
    return erased


def erased_report(document: Mapping[str, Any], pseudonym: Pseudonym, now: datetime) -> Doc:
    """Return a delivery report without the provider's words; a new one has no effect any more."""
    del pseudonym
    erased = _only(document, _KEPT_OF_REPORTS)
    if document.get("status") in {None, ReportStatus.NEW.value, ReportStatus.WAITING.value}:
        erased |= {
            "status": ReportStatus.UNMATCHED.value,
            "settled_at": now,
            "next_look_at": None,
        }
    return erased


def left_of_late_report(document: Mapping[str, Any]) -> Doc:
    """Return what is kept of a delivery report on a message to somebody who was forgotten."""
    return _only(document, _KEPT_OF_LATE_REPORTS)


def erased_recipient(entry: Any, stand_in: str) -> Any:
    """Return an entry of a request's recipients that names nobody; the number of entries stays."""
    return {"id": stand_in} if isinstance(entry, Mapping) else stand_in


def _only(document: Mapping[str, Any], fields: tuple[str, ...]) -> Doc:
    return {field: document[field] for field in fields if field in document}


def _hidden(address: Any, pseudonym: Pseudonym) -> str | None:
    return pseudonym(address) if isinstance(address, str) and address else None


def _blanked(reason: Any) -> str | None:
    return None if reason is None else ERASED


def _maps(items: Any) -> list[Mapping[str, Any]]:
    return [one for one in items if isinstance(one, Mapping)] if isinstance(items, list) else []
