"""What must hold of campaigns whatever happens to them, found without the code that decides.

Each function returns what is broken, in words.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.gates import HELD
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.property.offers import Offer

_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FINAL: Final = {"sent", "unknown", "suppressed", "cancelled"}
_WAITING: Final = {"queued", "deferred"}
_MAY_LEAVE: Final = {"active", "scheduled", "pending", "initializing"}


def doubled(offers: Iterable[Offer]) -> list[str]:
    """Once: no message is offered twice."""
    counts = Counter(offer.key for offer in offers)
    return [f"offered {count} times: {key}" for key, count in counts.items() if count > 1]


def disordered(states: Iterable[Doc], offers: Iterable[Offer]) -> Iterator[str]:
    """Messages of one conversation are offered in the order in which they were written."""
    written = [entry["message_id"] for state in states for entry in state["message_history"]]
    places = {key: place for place, key in enumerate(written)}
    latest: dict[str, Offer] = {}
    for offer in offers:
        conversation = ":".join(offer.key.split(":")[:2])
        before = latest.get(conversation)
        if before is not None and places[before.key] > places[offer.key]:
            yield f"offered after a message that was written later: {offer}, {before}"
        latest[conversation] = offer


def unwelcome(offers: Sequence[Offer], stopped: Mapping[str, int]) -> list[str]:
    """Nobody is written to after they said stop, by no campaign."""
    return [
        f"offered after an opt-out: {offer}"
        for number, offer in enumerate(offers)
        if number >= stopped.get(offer.address, len(offers))
    ]


def mistimed(
    offers: Sequence[Offer], new: int, campaign: Campaign, own_zone: str | None
) -> Iterator[str]:
    """Check offer number ``new`` against its campaign as it was before the offer."""
    offer = offers[new]
    rules = campaign.template_document.get("global_settings", {})
    if campaign.status.value not in _MAY_LEAVE:
        yield f"left a campaign that is {campaign.status}: {offer}"
    if campaign.ends_at is not None and offer.at >= campaign.ends_at:
        yield f"left after the campaign's end {campaign.ends_at}: {offer}"
    if not is_open(offer.at, rules, own_zone):
        yield f"left outside the contact hours: {offer}, {rules}"
    for cap in rules.get("frequency_caps", ()):
        since = offer.at - timedelta(hours=cap["per_hours"])
        earlier = [
            one for one in offers[: new + 1] if one.address == offer.address and one.at > since
        ]
        if len(earlier) > cap["max_messages"]:
            yield f"above the cap {cap}: {earlier}"


def is_open(at: datetime, rules: Mapping[str, Any], own_zone: str | None) -> bool:
    """Return whether the text of the rules allows an instant; ``own_zone`` is the recipient's."""
    hours = rules.get("business_hours")
    zone = hours["timezone"] if hours else "UTC"
    if own_zone and (hours is None or hours.get("use_recipient_timezone", True)):
        zone = own_zone
    wall = at.astimezone(ZoneInfo(zone))
    if f"{wall:%Y-%m-%d}" in rules.get("holidays", {}).get("dates", ()):
        return False
    if hours is None:
        return True
    clock, number = f"{wall:%H:%M}", wall.weekday()
    today = [window.split("-") for window in hours[_WEEK[number]]]
    before = [window.split("-") for window in hours[_WEEK[number - 1]]]
    return any(start <= clock and (clock < end or end <= start) for start, end in today) or any(
        end <= start and clock < end for start, end in before
    )


def wrong_states(states: Iterable[Doc]) -> Iterator[str]:
    """No stage twice, each after the other; every decision with its rule and reason."""
    for state in states:
        names = [visit["name"] for visit in state["stages"]]
        if len(names) != len(set(names)):
            yield f"{state['_id']}: a stage came twice: {names}"
        for left, entered in pairwise(state["stages"]):
            if left["exited_at"] != entered["entered_at"]:
                yield f"{state['_id']}: a gap between {left} and {entered}"
        yield from _wrong_decisions(state)
        if (state["status"] in ("active", "escalated")) == (state["outcome"] is not None):
            yield f"{state['_id']}: is {state['status']}, outcome {state['outcome']}"


def _wrong_decisions(state: Doc) -> Iterator[str]:
    kinds = Counter(decision["kind"] for decision in state["decisions"])
    if not all(decision["rule"] and decision["reason"] for decision in state["decisions"]):
        yield f"{state['_id']}: a decision without rule or reason: {state['decisions']}"
    said = [entry for entry in state["message_history"] if entry["direction"] == "outbound"]
    if not len(said) == kinds["send"] == state["metrics"]["messages_sent"]:
        yield f"{state['_id']}: said {len(said)} messages, but {kinds}, {state['metrics']}"
    if kinds["advance"] != len(state["stages"]) - 1:
        yield f"{state['_id']}: {len(state['stages'])} stages, but {kinds}"
    ending = state["decisions"][-1]["kind"] if state["decisions"] else None
    if state["status"] == "active" and ending in ("complete", "escalate"):
        yield f"{state['_id']}: is active after {state['decisions'][-1]}"


def wrong_messages(
    states: Iterable[Doc], ledger: Mapping[str, Doc], offers: Iterable[Offer]
) -> Iterator[str]:
    """Nothing lost: whatever is committed is final in the ledger, or waits with time and reason."""
    written = set()
    for state in states:
        for entry in state["message_history"]:
            if entry["direction"] == "outbound":
                written.add(entry["message_id"])
                found = ledger.get(entry["message_id"])
                if found is None and entry["message_id"] not in state["outbox"]:
                    yield f"committed and in no ledger: {entry['message_id']}"
    for key, entry in ledger.items():
        if key not in written:
            yield f"in the ledger, never committed: {key}"
        yield from _wrong_entry(entry)
    yield from (f"offered, not in the ledger: {one}" for one in offers if one.key not in ledger)


def _wrong_entry(entry: Doc) -> Iterator[str]:
    status, at = entry["status"], entry["next_attempt_at"]
    if status in ("queued", "deferred") and at is None:
        yield f"waits without a time: {entry}"
    if status not in ("queued", "sent", "sending") and not entry["reason"]:
        yield f"{status} without a reason: {entry}"
    if status not in _FINAL | {"queued", "deferred", "sending"}:
        yield f"has no status that could be: {entry}"


def unfinished(
    states: Iterable[Doc], ledger: Mapping[str, Doc], offers: Iterable[Offer]
) -> Iterator[str]:
    """When nothing is due any more, all is settled, and what was sent reached the provider once.

    What a stage had to say when its conversation was given to a person waits for that person.
    """
    states = list(states)
    offered = {offer.key for offer in offers}
    with_people = {state["_id"] for state in states if state["status"] == "escalated"}
    yield from (f"outbox not empty: {state['_id']}" for state in states if state["outbox"])
    for key, entry in ledger.items():
        is_held = entry["status"] in _WAITING and (entry["reason"] or "").startswith(HELD)
        waits = is_held and entry["conversation_id"] in with_people
        if entry["status"] not in _FINAL and not waits:
            yield f"left {entry['status']}: {key}"
        if (entry["status"] == "sent") > (key in offered):
            yield f"sent, but never offered: {key}"
        if entry["status"] in ("suppressed", "cancelled") and key in offered:
            yield f"{entry['status']}, but offered: {key}"


def unplanned(campaigns: Iterable[Campaign], states: Iterable[Doc]) -> Iterator[str]:
    """What a conversation plans, its campaign plans too: nothing waits unseen."""
    planned = {one.id: one.next_due_at for one in campaigns if one.status.value == "active"}
    for state in states:
        if (at := state["next_action_at"]) is None or state["campaign_id"] not in planned:
            continue
        due = planned[state["campaign_id"]]
        if due is None or due > at:
            yield f"{state['_id']} is due at {at}, its campaign at {due}"
