"""Which of several senders a conversation has; it keeps that one while it is there."""

import hashlib
from collections.abc import Sequence


def sender_of_conversation(
    senders: Sequence[str], conversation_id: str, used: Sequence[str] = ()
) -> str:
    """Return the sender of a conversation; every sender gets as many new ones as the others.

    Senders are addresses in one form, lower case and without names. ``used`` are those that the
    conversation was written to from, the latest first: it keeps the first of them that is still
    there, whatever other senders come along. Who was not written to gets the sender with the
    highest of one hash for each (rendezvous hashing), so that nothing has to be stored before.
    """
    if len(senders) == 1:
        return senders[0]
    for sender in used:
        if sender in senders:
            return sender
    return max(senders, key=lambda sender: _weight(sender, conversation_id))


def _weight(sender: str, conversation_id: str) -> bytes:
    return hashlib.sha256(f"{sender}\n{conversation_id}".encode("utf-8", "replace")).digest()
