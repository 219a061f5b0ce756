"""What the author of a reply wrote, as it is and as patterns see it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.language import detect_language
from comm_pipeline.bot.quoting import ANALYSED, own_words
from comm_pipeline.bot.sentences import Sentence, sentences_of
from comm_pipeline.bot.signatures import without_signature


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply without quotations and signature; ``received`` and ``zone`` are of its arrival.

    ``language`` (ISO 639-1) is that of its words, ``country`` (ISO 3166) its author's, if known.
    """

    text: str
    folded: str
    subject: str
    received: date | None
    zone: tzinfo
    language: str | None
    sentences: tuple[Sentence, ...]
    country: str | None = None


def read_letter(
    text: str, subject: str | None, received_at: datetime | None, country: str | None = None
) -> Letter:
    """Return what the author of a text wrote."""
    own = without_signature(own_words(text, ANALYSED))
    folded = fold(own)
    return Letter(
        text=own,
        folded=folded,
        subject=fold(subject or ""),
        received=received_at.date() if received_at else None,
        zone=(received_at.tzinfo if received_at else None) or UTC,
        language=detect_language(folded),
        sentences=tuple(sentences_of(folded)),
        country=country,
    )
