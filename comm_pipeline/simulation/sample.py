"""A sample of conversations to read on the page: some of each ending, chosen by the seed."""

import hashlib
import heapq
from collections import defaultdict
from typing import Any, Final

from comm_pipeline.simulation.evidence import Evidence
from comm_pipeline.simulation.records import decision_records, message_records

#: Conversations kept of each outcome.
_OF_EACH: Final = 20


class Sample:
    """Keeps a few of the conversations that it is offered; the same ones in whatever order."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        #: By outcome, a heap of the conversations with the smallest digests, largest first.
        self._kept: dict[str, list[tuple[int, str, Evidence]]] = defaultdict(list)

    def offer(self, evidence: Evidence) -> None:
        """Keep a conversation, or leave it."""
        ending = evidence.conversation.get("outcome") or evidence.conversation["status"]
        digest = hashlib.sha256(f"{self._seed}:{evidence.recipient_id}".encode()).digest()
        item = (-int.from_bytes(digest[:8]), evidence.recipient_id, evidence)
        kept = self._kept[ending]
        if len(kept) < _OF_EACH:
            heapq.heappush(kept, item)
        else:
            heapq.heappushpop(kept, item)

    def records(self) -> list[dict[str, Any]]:
        """Return the conversations with their messages and decisions, by recipient."""
        kept = [evidence for heap in self._kept.values() for _, _, evidence in heap]
        return [_record(one) for one in sorted(kept, key=lambda one: one.recipient_id)]


def _record(evidence: Evidence) -> dict[str, Any]:
    conversation = evidence.conversation
    recipient = (conversation.get("context") or {}).get("recipient") or {}
    names = (recipient.get(part) for part in ("first_name", "last_name"))
    return {
        "recipient": evidence.recipient_id,
        "name": " ".join(str(name) for name in names if name),
        "address": conversation.get("address"),
        "time_zone": evidence.zone.key if evidence.zone else None,
        "status": conversation["status"],
        "outcome": conversation.get("outcome"),
        "reason": conversation.get("reason"),
        "stage": conversation["current_stage"],
        "messages": list(message_records(evidence)),
        "decisions": list(decision_records(evidence)),
    }
