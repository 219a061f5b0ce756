"""When a conversation leaves its stage, and how.

The rules, in the order in which they are asked. *Satisfied* means that the stage has what it wants:
``min_responses_required`` responses, and ``specific_response_required`` among them if it is given.
Nothing leaves a stage before ``min_stage_duration_hours``.

1. Satisfied by responses: advance.
2. ``max_stage_duration_hours`` is over: advance if ``auto_advance_after_max_duration``, or
   ``advance_on_failure``, or no response is required; else the stage has failed.
3. Everything is said (each message, each follow-up unless an answer came, and one more follow-up
   delay of silence):
   - no response required: advance, unless ``auto_advance_after_max_duration`` gives until the
     maximum;
   - response required: advance if ``advance_on_failure``; else the stage has failed. Where the
     author gave a maximum and no follow-ups, or asked to be advanced at the maximum, that is how
     long an answer may take;
   - an answer came and was not sufficient: with a maximum, wait for another until then; without
     one, after one more follow-up delay (counted from our answer to it, if there was one), advance
     if ``advance_on_failure``, else call a person.
4. ``escalation_after_hours`` is over without the required response: a person is called, once.

The clock of a stage starts when it is entered, and stands still until its first message has left:
a stage that could not speak has not failed. When no response is required, everything is said as
soon as the last message has left: nobody is waited for.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from comm_pipeline.domain.conversations import StageVisit, has_answered_since
from comm_pipeline.domain.templates import MessageTemplate, Stage
from comm_pipeline.domain.timing import earliest, hours


class Verdict(StrEnum):
    """What the progression rules say of a stage."""

    STAY = "stay"
    ADVANCE = "advance"
    FAIL = "fail"
    ESCALATE = "escalate"


class Progression(NamedTuple):
    """A verdict with its rule and reason; ``until`` is when STAY may change by itself."""

    verdict: Verdict
    rule: str
    reason: str
    until: datetime | None = None


def evaluate_progression(
    visit: StageVisit, stage: Stage, factor: float, now: datetime
) -> Progression:
    """Apply the rules above to a stage visit at ``now``; ``factor`` is the stage delay factor."""
    rules = stage.progression
    start = stage_clock_start(visit, stage, factor)
    may_leave_at = None if start is None else start + hours(rules.min_stage_duration_hours, factor)
    if is_satisfied(visit, stage):
        return _leave(may_leave_at or visit.entered_at, "response", _satisfied(visit), now)
    if start is None:
        return Progression(Verdict.STAY, "first_message", "the first message has not left yet")
    assert may_leave_at is not None
    end = _unanswered_end(visit, stage, start, factor)
    if end is not None and now >= max(end.at, may_leave_at):
        return Progression(end.verdict, end.rule, end.reason)
    escalation = _escalates_at(visit, stage, start, factor)
    if escalation is not None and now >= escalation:
        return Progression(
            Verdict.ESCALATE,
            "escalation_after_hours",
            f"no sufficient response within {rules.escalation_after_hours:g} hours",
        )
    until = earliest((max(end.at, may_leave_at) if end else None, escalation))
    return Progression(Verdict.STAY, "waiting_for_response", _missing(visit, stage), until)


def is_satisfied(visit: StageVisit, stage: Stage) -> bool:
    """Return whether the responses of this visit are what the stage wants."""
    rules = stage.progression
    if visit.responses < rules.min_responses_required:
        return False
    wanted = rules.specific_response_required
    return wanted is None or wanted in visit.named_responses


def stage_clock_start(visit: StageVisit, stage: Stage, factor: float) -> datetime | None:
    """Return from when the stage's durations count, or None while its first message has not left.

    It is the time of entry, moved by as much as the first message left later than planned.
    """
    if not stage.messages:
        return visit.entered_at
    if visit.first_sent_at is None:
        return None
    planned_delay = hours(stage.messages[0].timing.delay_hours, factor)
    return max(visit.entered_at, visit.first_sent_at - planned_delay)


def current_message(visit: StageVisit, stage: Stage) -> MessageTemplate | None:
    """Return the message that was said last, or None before the first.

    Where a newer version of the template has fewer messages than were said, it is the last of them.
    """
    index = min(visit.next_message, len(stage.messages)) - 1
    return stage.messages[index] if index >= 0 else None


def is_still_there(visit: StageVisit, stage: Stage) -> bool:
    """Return whether the stage has the message that was said last; a newer version may not."""
    return 0 < visit.next_message <= len(stage.messages)


def _leave(at: datetime, rule: str, reason: str, now: datetime) -> Progression:
    if now >= at:
        return Progression(Verdict.ADVANCE, rule, reason)
    waiting = f"{reason}; the stage's minimum duration is not over"
    return Progression(Verdict.STAY, "min_stage_duration_hours", waiting, at)


class _End(NamedTuple):
    """How the stage ends when no sufficient response comes, and when."""

    at: datetime
    verdict: Verdict
    rule: str
    reason: str


def _unanswered_end(visit: StageVisit, stage: Stage, start: datetime, factor: float) -> _End | None:
    maximum, silence = _maximum_end(stage, start, factor), _silence_end(visit, stage, factor)
    if maximum is None or silence is None:
        return maximum or silence
    return silence if silence.at < maximum.at else maximum


def _maximum_end(stage: Stage, start: datetime, factor: float) -> _End | None:
    rules = stage.progression
    maximum = rules.max_stage_duration_hours
    if maximum is None:
        return None
    at, reason = start + hours(maximum, factor), f"{maximum:g} hours in the stage are over"
    if rules.auto_advance_after_max_duration:
        return _End(at, Verdict.ADVANCE, "auto_advance_after_max_duration", reason)
    if not rules.response_required:
        return _End(at, Verdict.ADVANCE, "max_stage_duration_hours", reason)
    return _failed(at, stage, "max_stage_duration_hours", reason)


def _silence_end(visit: StageVisit, stage: Stage, factor: float) -> _End | None:
    """Return the end that comes once everything is said, or None where the maximum is the end."""
    rules, message = stage.progression, current_message(visit, stage)
    if rules.auto_advance_after_max_duration or not _everything_said(visit, stage):
        return None
    said_at = visit.last_sent_at or visit.entered_at
    if not rules.response_required:
        return _End(said_at, Verdict.ADVANCE, "everything_said", "no response is required")
    if message is None:
        return None
    if has_answered_since(visit, said_at):
        return _insufficient_end(visit, stage, message, factor)
    follow_ups = stage.max_follow_ups(message)
    if follow_ups == 0 and rules.max_stage_duration_hours is not None:
        return None
    at = said_at + hours(message.timing.follow_up_delay_hours, factor)
    return _failed(at, stage, "max_follow_ups", f"no response after {follow_ups} follow-ups")


def _insufficient_end(
    visit: StageVisit, stage: Stage, message: MessageTemplate, factor: float
) -> _End | None:
    """Return the end of a stage whose answer leaves it nothing to say and nothing to wait for."""
    if stage.progression.max_stage_duration_hours is not None or visit.last_response_at is None:
        return None
    since = max(visit.last_response_at, visit.attended_at or visit.last_response_at)
    at = since + hours(message.timing.follow_up_delay_hours, factor)
    rule, reason = "insufficient_response", "an answer came, but not the one that the stage needs"
    if stage.progression.advance_on_failure:
        return _End(at, Verdict.ADVANCE, "advance_on_failure", reason)
    return _End(at, Verdict.ESCALATE, rule, reason)


def _failed(at: datetime, stage: Stage, rule: str, reason: str) -> _End:
    if stage.progression.advance_on_failure:
        return _End(at, Verdict.ADVANCE, "advance_on_failure", reason)
    return _End(at, Verdict.FAIL, rule, reason)


def _everything_said(visit: StageVisit, stage: Stage) -> bool:
    """Return whether the stage says nothing more by itself; an answer ends the follow-ups."""
    message = current_message(visit, stage)
    if visit.next_message < len(stage.messages):
        return False
    if message is None or has_answered_since(visit, visit.last_sent_at):
        return True
    if not is_still_there(visit, stage):
        return True
    return visit.follow_ups_sent >= stage.max_follow_ups(message)


def _escalates_at(
    visit: StageVisit, stage: Stage, start: datetime, factor: float
) -> datetime | None:
    after = stage.progression.escalation_after_hours
    if after is None or visit.is_escalated or not stage.progression.response_required:
        return None
    return start + hours(after, factor)


def _satisfied(visit: StageVisit) -> str:
    named = f" ({', '.join(visit.named_responses)})" if visit.named_responses else ""
    return f"{visit.responses} response(s) received{named}"


def _missing(visit: StageVisit, stage: Stage) -> str:
    rules = stage.progression
    if not rules.response_required:
        return "the stage's time is not over"
    wanted = rules.specific_response_required
    if wanted is not None and wanted not in visit.named_responses:
        return f"waits for the response {wanted}"
    return f"waits for a response ({visit.responses} of {rules.min_responses_required})"
