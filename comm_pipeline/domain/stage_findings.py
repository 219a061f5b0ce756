"""What looks wrong in one stage: rules that contradict each other, messages without room.

What the models of ``templates`` refuse does not come this far. Durations are compared as written.
"""

from collections.abc import Iterator

from comm_pipeline.domain.findings import Finding, error, warning
from comm_pipeline.domain.follow_up_strategies import Engagement
from comm_pipeline.domain.silent_visits import Ending, SilentVisit
from comm_pipeline.domain.templates import CampaignTemplate, MessageTemplate, Stage


def find_in_stage(
    template: CampaignTemplate, stage: Stage, silence: SilentVisit
) -> Iterator[Finding]:
    """Yield the findings of a stage; ``silence`` is what it does without an answer."""
    place = f"template.stages.{stage.name}"
    yield from _find_endless(stage, silence, place)
    yield from _find_silent(stage, place)
    yield from _find_no_time(stage, place)
    yield from _find_without_effect(stage, f"{place}.progression_rules")
    yield from _find_late_escalation(stage, silence, f"{place}.progression_rules")
    yield from _find_too_few_messages(stage, f"{place}.progression_rules")
    asked = template.stage_for(stage.name, Engagement.NONE)
    for position, message in enumerate(asked.messages):
        inner = f"{place}.messages.{position}"
        yield from _find_no_room(asked, message, position, silence, inner)
        yield from _find_in_message(stage, message, inner)


def _find_endless(stage: Stage, silence: SilentVisit, place: str) -> Iterator[Finding]:
    if silence.ending is Ending.NEVER:
        yield error(
            "endless_stage",
            place,
            f"who does not answer in the stage {stage.name} stays in it for ever: it says nothing "
            "and has no end",
            "give it a message, max_stage_duration_hours, escalation_after_hours, or "
            '"response_required": false',
        )


def _find_silent(stage: Stage, place: str) -> Iterator[Finding]:
    rules = stage.progression
    waits = rules.response_required or rules.min_stage_duration_hours
    if not stage.messages and not waits and not rules.auto_advance_after_max_duration:
        yield warning(
            "stage_without_effect",
            place,
            f"the stage {stage.name} says nothing and waits for nothing: it is left at once",
            "give it a message or min_stage_duration_hours, or remove it",
        )


def _find_no_time(stage: Stage, place: str) -> Iterator[Finding]:
    rules = stage.progression
    advances = rules.auto_advance_after_max_duration or rules.advance_on_failure
    if rules.max_stage_duration_hours == 0 and rules.response_required and not advances:
        yield error(
            "no_time_to_answer",
            f"{place}.progression_rules.max_stage_duration_hours",
            "is 0, so that every conversation ends here before anybody could answer",
            'give more hours, leave it out, or say "response_required": false',
        )


def _find_without_effect(stage: Stage, place: str) -> Iterator[Finding]:
    rules = stage.progression
    if rules.response_required:
        return
    if rules.escalation_after_hours is not None:
        yield _without_effect(f"{place}.escalation_after_hours", "nobody is called")
    if rules.auto_advance_after_max_duration:
        return
    if rules.specific_response_required is not None:
        yield _without_effect(f"{place}.specific_response_required", "nobody waits for it")
    if rules.min_responses_required > 1:
        yield _without_effect(f"{place}.min_responses_required", "nobody waits for them")


def _without_effect(place: str, why: str) -> Finding:
    return warning(
        "rule_without_effect",
        place,
        f"has no effect where response_required is false: {why}",
        'remove it, or say "response_required": true',
    )


def _find_late_escalation(stage: Stage, silence: SilentVisit, place: str) -> Iterator[Finding]:
    rules = stage.progression
    after = rules.escalation_after_hours
    ends = silence.ending in (Ending.FAILS, Ending.ADVANCES)
    if after is None or not rules.response_required or not ends:
        return
    yield warning(
        "escalation_after_end",
        f"{place}.escalation_after_hours",
        f"a person is called after {after:g} hours at the earliest, but for who does not answer "
        f"the stage is over after {silence.hours:g} hours ({silence.rule})",
        f"use less than {silence.hours:g} hours, or let the stage last longer",
    )


def _find_too_few_messages(stage: Stage, place: str) -> Iterator[Finding]:
    rules = stage.progression
    if rules.response_required and rules.min_responses_required > max(1, len(stage.messages)):
        yield warning(
            "answers_not_asked_for",
            f"{place}.min_responses_required",
            f"{rules.min_responses_required} answers are wanted, but the stage speaks "
            f"{len(stage.messages)} times, and an answer stops follow-ups",
            "give the stage as many messages as it wants answers, or lower the number",
        )


def _find_no_room(
    stage: Stage, message: MessageTemplate, position: int, silence: SilentVisit, place: str
) -> Iterator[Finding]:
    """Compare what a message says into silence with what its rules say."""
    if silence.ending is Ending.NOT_KNOWN:
        return
    said = sum(1 for sent in silence.messages if sent.message_index == position)
    wanted = stage.max_follow_ups(message)
    if said == 0:
        yield warning(
            "message_without_room",
            f"{place}.timing.delay_hours",
            f"is never said to who does not answer: the stage is over after {silence.hours:g} "
            f"hours ({silence.rule}), before message {position + 1} is due",
            "shorten the delays of the stage, have fewer follow-ups before it, or raise "
            "max_stage_duration_hours",
        )
    elif said - 1 < wanted:
        yield warning(
            "follow_ups_without_room",
            f"{place}.timing.max_follow_ups",
            f"only {said - 1} of {wanted} follow-ups come before the stage is over after "
            f"{silence.hours:g} hours ({silence.rule})",
            "lower max_follow_ups or follow_up_delay_hours, or raise max_stage_duration_hours",
        )


def _find_in_message(stage: Stage, message: MessageTemplate, place: str) -> Iterator[Finding]:
    follow_ups = stage.max_follow_ups(message)
    texts = max(
        len(message.follow_up_templates),
        *(len(variant.follow_up_templates) for variant in message.variants),
        0,
    )
    if texts > follow_ups:
        yield warning(
            "unused_follow_up_text",
            f"{place}.follow_up_templates",
            f"there are {texts} texts for {follow_ups} follow-ups; the others are never said",
            "raise max_follow_ups, or remove what is too much",
        )
    yield from _find_shadowed(message, place)


def _find_shadowed(message: MessageTemplate, place: str) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for position, conditional in enumerate(message.conditional_templates):
        condition = " ".join(conditional.condition.split())
        first = seen.setdefault(condition, position)
        if first != position:
            yield warning(
                "text_never_chosen",
                f"{place}.conditional_templates.{position}",
                f"has the same condition as conditional_templates.{first}, which comes first",
                "change the condition, or remove one of them",
            )
