"""What looks wrong in a template as a whole: stages nobody reaches, endings that cannot come."""

from collections.abc import Iterator, Mapping

from comm_pipeline.domain.answers_findings import find_in_answers
from comm_pipeline.domain.findings import Finding, warning
from comm_pipeline.domain.silent_visits import Ending, SilentVisit, silent_visit
from comm_pipeline.domain.stage_findings import find_in_stage
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.domain.time_windows import MINUTES_A_DAY, TimeWindow
from comm_pipeline.domain.unreached_stages import find_unreached

#: Messages that are followed step by step; a template with more is no template for people.
_MOST_MESSAGES = 400


def find_in_template(
    template: CampaignTemplate,
    initial_stage: str | None = None,
    silences: Mapping[str, SilentVisit] | None = None,
) -> Iterator[Finding]:
    """Yield what looks wrong in a template; ``initial_stage`` is the request's, if it names one.

    ``silences`` are its visits, if they are known.
    """
    silences = visits_of(template) if silences is None else silences
    for name, silence in silences.items():
        yield from find_in_stage(template, template.stage(name), silence)
    yield from find_unreached(template, initial_stage or template.initial_stage)
    yield from _find_in_completion(template, silences)
    yield from _find_in_responses(template)
    yield from _find_strategy_without_effect(template)
    yield from _find_times_never_open(template)
    yield from _find_no_other_channel(template)
    yield from find_in_answers(template)


def visits_of(template: CampaignTemplate) -> dict[str, SilentVisit]:
    """Return what the stages, by name, do with a recipient who never answers.

    Stages after very many messages are left out.
    """
    visits: dict[str, SilentVisit] = {}
    for stage in template.stages:
        if sum(len(visit.messages) + 1 for visit in visits.values()) < _MOST_MESSAGES:
            visits[stage.name] = silent_visit(template, stage)
    return visits


def _find_in_completion(
    template: CampaignTemplate, silences: Mapping[str, SilentVisit]
) -> Iterator[Finding]:
    completion, place = template.completion, "template.completion_conditions"
    wanted = completion.specific_response_received
    if not completion.all_stages_completed and wanted is None:
        yield warning(
            "no_success",
            f"{place}.all_stages_completed",
            "is false, and there is no specific_response_received: no conversation can end as a "
            "success",
            "say true, or name the response that is the success",
        )
    if wanted is not None and not any(
        _leaves_time_to_answer(stage, silences) for stage in template.stages
    ):
        yield warning(
            "completion_not_awaited",
            f"{place}.specific_response_received",
            f"no stage waits for an answer, so that {wanted} can hardly come before the end",
            'say "response_required": true in the stage that asks for it',
        )


def _leaves_time_to_answer(stage: Stage, silences: Mapping[str, SilentVisit]) -> bool:
    visit = silences.get(stage.name)
    if visit is None or visit.ending is not Ending.ADVANCES or not visit.messages:
        return visit is None or visit.hours > 0 or visit.ending is not Ending.ADVANCES
    return visit.hours > visit.messages[0].hours


def _find_in_responses(template: CampaignTemplate) -> Iterator[Finding]:
    """Find phrases that mean two things."""
    owners: dict[str, str] = {}
    for name, response in template.responses.items():
        for phrase in response.phrases:
            words = " ".join(phrase.split()).casefold()
            owner = owners.setdefault(words, name)
            if owner != name:
                yield warning(
                    "phrase_with_two_names",
                    f"template.responses.{name}.phrases",
                    f"{phrase[:80]!r} is recognised as {owner} too",
                    "keep it in one of them",
                )


def _find_strategy_without_effect(template: CampaignTemplate) -> Iterator[Finding]:
    """Find strategies that allow follow-ups where no message has any."""
    strategies = template.follow_up_strategies
    if strategies is None:
        return
    most = max(
        (stage.max_follow_ups(message) for stage in template.stages for message in stage.messages),
        default=0,
    )
    if most == 0:
        yield warning(
            "rule_without_effect",
            "template.global_settings.follow_up_strategies",
            "has no effect: no message has follow-ups",
            "give messages max_follow_ups, or remove it",
        )


def _find_times_never_open(template: CampaignTemplate) -> Iterator[Finding]:
    """Find preferred times that lie in no business hours of any day."""
    hours, times = template.business_hours, template.optimal_contact_times
    if hours is None or times is None or not times.windows:
        return
    opened = [window for windows in hours.windows.values() for window in windows]
    if not any(_overlap(window, other) for window in times.windows for other in opened):
        yield warning(
            "rule_without_effect",
            "template.global_settings.optimal_contact_times",
            "has no effect: its windows lie outside the business hours",
            "change one of them",
        )


def _find_no_other_channel(template: CampaignTemplate) -> Iterator[Finding]:
    if template.channel_fallback and len(template.channels) < 2:
        yield warning(
            "rule_without_effect",
            "template.global_settings.channel_fallback",
            "has no effect: channels names no second channel",
            "name the other in channels, or remove it",
        )


def _overlap(window: TimeWindow, other: TimeWindow) -> bool:
    """Return whether two windows share a minute of the day; both may run past midnight."""
    return any(
        max(window.start, other.start + shift) < min(window.end, other.end + shift)
        for shift in (-MINUTES_A_DAY, 0, MINUTES_A_DAY)
    )
