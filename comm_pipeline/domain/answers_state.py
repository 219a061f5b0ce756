"""What a conversation remembers of answering: the reply that waits, and what was said before."""

from collections.abc import Mapping

from comm_pipeline.domain.analysis import Intent, Objection, Sentiment
from comm_pipeline.domain.document import Document, Instant
from comm_pipeline.domain.ids import MessageKey, StageName


class Proposal(Document):
    """The text of an answer that a person has to approve; ``parts`` are what it consists of."""

    subject: str
    text: str
    parts: tuple[str, ...] = ()
    is_approved: bool = False


class PendingAnswer(Document):
    """A reply that has not been answered, by what it was understood to say.

    Replies that come before the answer leaves are answered together: then this holds what all of
    them say, and ``reply_id`` is the latest. ``is_understood``: it held a value, a named
    response or an objection. ``evidence``: the words of each intent by its name, of each objection
    by ``objection:`` and its name. ``is_answered``: the answer has left, and ends the conversation.
    """

    reply_id: str
    stage: StageName
    at: Instant
    message_id: str | None = None
    intents: tuple[Intent, ...] = ()
    objections: tuple[Objection, ...] = ()
    questions: tuple[str, ...] = ()
    sentiment: Sentiment = Sentiment.NEUTRAL
    language: str | None = None
    confidence: float = 0.0
    is_understood: bool = False
    evidence: Mapping[str, str] = {}
    proposal: Proposal | None = None
    is_answered: bool = False


class Answering(Document):
    """The Sales Bot's memory of one conversation.

    ``answered_at`` are the times of the latest answers, oldest first; ``said`` the questions
    (``ask_for.…``) and emphases that were used, by stage; ``last_key`` is the latest answer's.
    """

    pending: PendingAnswer | None = None
    answered_at: tuple[Instant, ...] = ()
    said: tuple[str, ...] = ()
    last_key: MessageKey | None = None
