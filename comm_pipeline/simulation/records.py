"""Messages and decisions of simulated conversations as plain records, for people and programs."""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from comm_pipeline.simulation.evidence import Evidence

Record = dict[str, Any]


def message_records(evidence: Evidence) -> Iterator[Record]:
    """Yield the messages of a conversation, in the order in which they were written."""
    for entry in evidence.conversation.get("message_history", ()):
        details = entry.get("metadata") or {}
        is_outbound = entry["direction"] == "outbound"
        yield (
            _head(evidence, entry["timestamp"])
            | {"direction": entry["direction"]}
            | (_outbound(evidence, entry, details) if is_outbound else _inbound(details))
            | {"text": entry["content"]}
            | ({"html": details["html"]} if details.get("html") else {})
        )


def decision_records(evidence: Evidence) -> Iterator[Record]:
    """Yield the decisions of a conversation that it keeps, oldest first."""
    for decision in evidence.conversation.get("decisions", ()):
        optional = {key: decision[key] for key in ("until", "action") if decision.get(key)}
        rule = {key: decision[key] for key in ("kind", "rule", "reason")}
        yield _head(evidence, decision["at"]) | rule | optional


def write_line(file: IO[str], record: Mapping[str, Any]) -> None:
    """Write a record as one line of JSON; instants become ISO 8601 texts."""
    file.write(_ENCODER.encode(record) + "\n")


def _head(evidence: Evidence, at: Any) -> Record:
    return {"recipient": evidence.recipient_id, "at": at}


def _outbound(evidence: Evidence, entry: Mapping[str, Any], details: Mapping[str, Any]) -> Record:
    ledger = evidence.ledger.get(entry["message_id"], {})
    return {
        "stage": details.get("stage"),
        "message_index": details.get("message_index"),
        "follow_up": details.get("follow_up"),
        "variant": details.get("variant"),
        "status": ledger.get("status"),
        "reason": ledger.get("reason"),
        "left_at": evidence.left_at(entry["message_id"]),
        "subject": details.get("subject"),
    }


def _inbound(details: Mapping[str, Any]) -> Record:
    return {"understood": details.get("analysis")}


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


#: Made once: ``json.dumps`` would make one for every record.
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_as_text)
