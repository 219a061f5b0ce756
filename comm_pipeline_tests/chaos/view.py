"""What is left after a step, without what may differ: times, owners, tokens, versions.

``differences`` compares it with what undisturbed workers leave, ``judged`` with what providers got.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from comm_pipeline.storage.connection import Database, Doc

#: How the ledger says of a message that nobody knows whether it arrived.
EXPLAINED: Final = "the worker died while it was offering the message"
#: What a provider has got once and only once...
_CERTAIN: Final = frozenset({"sent", "delivered"})
#: ...and what it may have got once or not at all: a report of a bounce may be about an unknown one.
_POSSIBLE: Final = _CERTAIN | {"unknown", "bounced"}
#: Provider's and ledger's name for a message.
Name = str


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, as the ledger has it."""

    status: str
    reason: str
    name: Name


@dataclass(frozen=True)
class View:
    """The state of a database: each message by its key, and everything else."""

    rest: Mapping[str, Any]
    ledger: Mapping[str, Entry]


@dataclass
class Verdict:
    """What deaths have done to messages."""

    doubled: int = 0
    lost: int = 0
    unknown: int = 0
    explained: int = 0
    problems: list[str] = field(default_factory=list)


def mail_name(message_id: str) -> Name:
    """Return the name of a mail."""
    return message_id


def text_name(number: str, text: str) -> Name:
    """Return the name of a text message, which has no id that its provider keeps."""
    return f"{number} {text}"


async def view_of(database: Database) -> View:
    """Read everything that must not depend on deaths."""
    states = await database["conversation_states"].find().sort("_id", 1).to_list()
    ledger = await database["outbound_messages"].find().to_list()
    statuses = {
        name: await _statuses(database, name)
        for name in (
            "agent_batch_requests",
            "campaigns",
            "inbound_messages",
            "delivery_reports",
            "escalations",
        )
    }
    rest = {
        "conversations": {state["_id"]: _conversation(state) for state in states},
        "suppressions": sorted([one["_id"] async for one in database["suppressions"].find()]),
        **statuses,
    }
    return View(rest, {one["_id"]: _entry(one) for one in ledger})


def differences(seen: View, wanted: View) -> list[str]:
    """Return in what a state is another than it has to be; a message may be unknown instead."""
    found = [
        f"{part}: {_difference(seen.rest[part], value)}"
        for part, value in wanted.rest.items()
        if seen.rest[part] != value
    ]
    found += [f"missing: {key}" for key in sorted(wanted.ledger.keys() - seen.ledger.keys())]
    found += [f"not expected: {key}" for key in sorted(seen.ledger.keys() - wanted.ledger.keys())]
    for key in sorted(seen.ledger.keys() & wanted.ledger.keys()):
        entry, due = seen.ledger[key], wanted.ledger[key].status
        if entry.status not in (due, "unknown"):
            found.append(f"{key} is {entry.status}, not {due}: {entry.reason or 'no reason'}")
    return found


def judged(seen: View, got: Mapping[Name, int]) -> Verdict:
    """Compare the ledger with what providers ``got``, by name."""
    unknown = [one for one in seen.ledger.values() if one.status == "unknown"]
    explained = sum(one.reason.startswith(EXPLAINED) for one in unknown)
    verdict = Verdict(unknown=len(unknown), explained=explained)
    certain = Counter(one.name for one in seen.ledger.values() if one.status in _CERTAIN)
    possible = Counter(one.name for one in seen.ledger.values() if one.status in _POSSIBLE)
    for name in sorted(possible.keys() | got.keys()):
        arrived = got.get(name, 0)
        verdict.doubled += max(0, arrived - possible[name])
        verdict.lost += max(0, certain[name] - arrived)
        if not certain[name] <= arrived <= possible[name]:
            verdict.problems.append(f"{name!r} arrived {arrived} times")
    if len(unknown) != explained:
        verdict.problems.append("a message is unknown for another reason than a death")
    return verdict


def unknown_in(seen: View) -> list[str]:
    """Return the keys of the messages of which nobody knows whether they arrived."""
    return [key for key, entry in seen.ledger.items() if entry.status == "unknown"]


def endings(seen: View) -> dict[str, dict[str, str | None]]:
    """Return how the conversations of each campaign ended, by person."""
    found: dict[str, dict[str, str | None]] = {}
    for key, state in seen.rest["conversations"].items():
        campaign_id, _, person = key.partition(":")
        found.setdefault(campaign_id, {})[person] = state["is"][1]
    return found


def _entry(document: Doc) -> Entry:
    is_text = document["channel"] == "sms"
    name = (
        text_name(document["address"], document["text"])
        if is_text
        else mail_name(document["message_id"])
    )
    return Entry(document["status"], document.get("reason") or "", name)


def _conversation(state: Doc) -> dict[str, Any]:
    said = [
        (entry["direction"], entry["message_id"] if entry["direction"] == "outbound" else "")
        for entry in state["message_history"]
    ]
    rules = [one["rule"] for one in state["decisions"] if one["kind"] not in ("wait", "person")]
    return {
        "is": (state["status"], state["outcome"], state["current_stage"]),
        "outbox": state["outbox"],
        "said": said,
        "rules": rules,
        "refused": state["refused_channels"],
    }


async def _statuses(database: Database, collection: str) -> dict[str, str]:
    return {str(one["_id"]): one["status"] async for one in database[collection].find()}


def _difference(seen: Any, wanted: Any) -> str:
    if isinstance(seen, Mapping) and isinstance(wanted, Mapping):
        keys: Sequence[Any] = sorted(seen.keys() | wanted.keys())
        return "; ".join(
            f"{key}: {seen.get(key)} instead of {wanted.get(key)}"
            for key in keys
            if seen.get(key) != wanted.get(key)
        )
    return f"{seen} instead of {wanted}"
