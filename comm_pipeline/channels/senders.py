"""Which of several senders a conversation has; it keeps that one while it is there."""

import hashlib
from collections.abc import Sequence


def sender_of_conversation(senders: Sequence[str], conversation_id: str) -> str:
    """Return the sender of a conversation; every sender gets as many conversations as the others.

    By the highest of one hash for each sender (rendezvous hashing): with a sender more or less,
    only the conversations that it gets or had change theirs. Nothing has to be stored.
    """
    if len(senders) == 1:
        return senders[0]
    return max(senders, key=lambda sender: _weight(sender, conversation_id))


def _weight(sender: str, conversation_id: str) -> bytes:
    return hashlib.sha256(f"{sender}\n{conversation_id}".encode("utf-8", "replace")).digest()
