"""The contract of an analyser: a reply goes in, what it says comes out; and the rules behind it.

An analyser owns its connections, reads no clock and writes nothing to MongoDB.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Protocol, Self

from comm_pipeline.bot import rules
from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT, Analysis, ReplyKind
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.domain.time_zones import zone_named


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyToAnalyse:
    """A reply, and what it is an answer to.

    ``stage`` is the one under way. Days are only worked out if ``received_at`` is given; they count
    from it in ``time_zone``, the writer's (IANA), else UTC. ``country`` is the writer's (ISO 3166).
    ``mail_kind`` is what the mail's headers say that it is; ``last_message`` is what it answers, as
    it was sent.
    """

    text: str
    template: CampaignTemplate
    stage: Stage
    received_at: datetime | None = None
    subject: str | None = None
    time_zone: str | None = None
    country: str | None = None
    mail_kind: MailKind = MailKind.GENUINE
    last_message: str | None = None

    @property
    def local_received_at(self) -> datetime | None:
        """When it came, by the writer's clock."""
        if self.received_at is None:
            return None
        try:
            return self.received_at.astimezone(zone_named(self.time_zone or "UTC"))
        except OverflowError:  # on the first or last day that there is
            return self.received_at


class Analyser(Protocol):
    """One way to understand replies; an async context manager that owns its connections.

    ``name`` and ``version`` are stored with each analysis. Many replies may be given at once; how
    many of them are worked on at a time is the analyser's own business.
    """

    @property
    def name(self) -> str:
        """What stored analyses call it."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same reply may be understood otherwise."""
        ...

    async def __aenter__(self) -> Self:
        """Prepare; connections may be opened lazily."""
        ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        ...

    async def analyse(self, reply: ReplyToAnalyse) -> Analysis:
        """Return what a reply says; raises nothing for what is written in it."""
        ...


#: What headers say that the words need not say again.
_BY_HEADERS: Final = {
    MailKind.OUT_OF_OFFICE: ReplyKind.OUT_OF_OFFICE,
    MailKind.AUTO_REPLY: ReplyKind.AUTO_REPLY,
}
#: What a machine's message does not say, whatever words it uses.
_NOTHING_BY_HAND: Final[Mapping[str, Any]] = {
    "intents": (),
    "named_responses": (),
    "values": {},
    "objections": (),
    "questions": (),
    "meeting_times": (),
    "confidence": 0.95,
    "evidence": {},
}


class RulesAnalyser:
    """The analyser by rules: no network, no chance."""

    name = rules.ANALYSER
    version = rules.VERSION

    async def __aenter__(self) -> Self:
        """Do nothing: there is nothing to open."""
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Do nothing: there is nothing to close."""

    async def analyse(self, reply: ReplyToAnalyse) -> Analysis:
        """Return what a reply says, as far as rules and its template can tell.

        Headers that call it a machine's message are believed, unless its words ask for an end; what
        may be an opt-out is looked at by a person, whoever sends it.
        """
        found = rules.analyse(
            reply.text,
            reply.template,
            reply.stage,
            reply.local_received_at,
            reply.subject,
            reply.country,
        )
        kind = _BY_HEADERS.get(reply.mail_kind)
        if kind is None or found.kind is not ReplyKind.GENUINE:
            return found
        machines = found.model_copy(update={"kind": kind, **_NOTHING_BY_HAND})
        if not found.may_be_opt_out:
            return machines
        doubt = {POSSIBLE_OPT_OUT: found.evidence[POSSIBLE_OPT_OUT]}
        return machines.model_copy(update={"confidence": found.confidence, "evidence": doubt})
