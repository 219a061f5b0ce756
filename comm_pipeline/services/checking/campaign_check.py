"""The check of one campaign: its template and times first, then one recipient after the other."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from comm_pipeline.domain.campaign_course import (
    find_above_caps,
    find_beyond_end,
    prompt_course,
    silent_course,
)
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.findings import Finding, FindingLog, error
from comm_pipeline.domain.template_findings import find_in_template, visits_of
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.timing import hours
from comm_pipeline.domain.unreached_stages import find_led_to_by_nobody
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.checking.answered import Answered, given_answers
from comm_pipeline.services.checking.answers import find_answers_not_there
from comm_pipeline.services.checking.openings import CampaignTimes, OpeningCheck
from comm_pipeline.services.checking.reader import CampaignWords
from comm_pipeline.services.checking.recipients import RecipientCheck
from comm_pipeline.services.checking.refusals import refused
from comm_pipeline.services.checking.responses import find_responses_never_heard
from comm_pipeline.services.checking.said import SaidWords
from comm_pipeline.services.checking.texts import (
    compile_texts,
    find_constant_conditions,
    find_words_of_no_channel,
)
from comm_pipeline.services.checking.times import find_starts_that_do_not_count
from comm_pipeline.services.checking.variables import VariableCheck
from comm_pipeline.services.checking.volume import Volume, find_above_rate, volume_of
from comm_pipeline.services.out_of_reach import refused_if_out_of_reach

#: Bytes that a document may have in MongoDB.
_LARGEST_DOCUMENT: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CheckRules:
    """What is known beside the request.

    ``delay_factor`` multiplies durations. ``messages_an_hour`` is what the provider takes, if that
    is known. ``knows_contacts``: whether recipients' ids are looked up. ``finds_doubled_ids``:
    whether it is for this check to find ids that stand twice, for which it has to keep all of them.
    ``own_types`` are the campaign types that have a class of their own, if that is known.
    """

    now: datetime
    delay_factor: float = 1.0
    messages_an_hour: float | None = None
    knows_contacts: bool = True
    finds_doubled_ids: bool = True
    own_types: Collection[str] | None = None


class CampaignCheck:
    """Checks a campaign before it starts; ``log`` holds what was found so far.

    ``variables`` are the campaign's, nested. Raises InvalidTemplateError if the holidays of the
    template are not known.
    """

    def __init__(
        self,
        campaign: Campaign,
        template: CampaignTemplate,
        variables: Mapping[str, Any],
        rules: CheckRules,
        log: FindingLog | None = None,
    ) -> None:
        self.log = FindingLog() if log is None else log
        self._rules = rules
        self._find_in_campaign(campaign, template)
        texts, refused = compile_texts(template)
        self.log.extend(refused)
        self.log.extend(find_constant_conditions(texts))
        self.log.extend(find_words_of_no_channel(texts, template.channel_order))
        said = SaidWords(template, campaign.initial_stage)
        texts = said.texts(texts)
        has_own_rules = campaign.type in (rules.own_types or ())
        answered = Answered(
            template,
            campaign.initial_stage,
            given_answers(template, variables),
            in_order=not has_own_rules,
        )
        self.log.extend(find_answers_not_there(answered, texts))
        self._recipients = RecipientCheck(
            knows_contacts=rules.knows_contacts,
            finds_doubled_ids=rules.finds_doubled_ids,
            channels=template.channel_order,
        )
        self._openings = OpeningCheck(template, self._times, rules.now)
        words = CampaignWords(
            campaign_id=campaign.id,
            variables=variables,
            fallbacks=template.fallbacks,
            answers=answered.samples,
            stages=template.stage_names,
        )
        self._variables = VariableCheck(template, texts, words, said)

    def _find_in_campaign(self, campaign: Campaign, template: CampaignTemplate) -> None:
        """Look at what no recipient changes."""
        now, factor, stage = self._rules.now, self._rules.delay_factor, campaign.initial_stage
        self.log.extend(find_starts_that_do_not_count(campaign))
        silences = visits_of(template)
        self.log.extend(find_in_template(template, stage, silences))
        self.log.extend(find_responses_never_heard(template))
        if (own := self._rules.own_types) is not None:
            self.log.extend(find_led_to_by_nobody(template, stage, campaign.type, own))
        prompt = prompt_course(template, stage, silences, factor)
        silent = silent_course(template, stage, silences, factor)
        starts_at = max(now, campaign.scheduled_at or now)
        first = hours(prompt.messages[0] if prompt.messages else 0.0, 1.0)
        place = _end_place(campaign, template, starts_at)
        self._times = CampaignTimes(starts_at + first, campaign.ends_at, place)
        self._courses = (len(prompt.messages), len(silent.messages))
        if campaign.ends_at is not None:
            lasts = (campaign.ends_at - starts_at) / timedelta(hours=1)
            self.log.extend(find_beyond_end(template, prompt, lasts, place))
        self.log.extend(find_above_caps(template.frequency_caps, silent, prompt))

    def look_at(self, position: int, entry: object, contact: Mapping[str, Any] | None) -> None:
        """Check an entry of ``recipients``; ``contact`` is what its id was found to stand for."""
        found: list[Finding] = []
        place = f"recipients.{position}"
        try:
            with refused_if_out_of_reach(place):
                self._find_in_entry(position, entry, contact, found)
        except InvalidInputError as refusal:
            found += refused("unusable_recipient", refusal)
        self.log.extend(found)

    def _find_in_entry(
        self, position: int, entry: object, contact: Mapping[str, Any] | None, found: list[Finding]
    ) -> None:
        person = self._recipients.read(position, entry, contact, found)
        if person is not None:
            found += self._openings.look_at(person)
            found += self._variables.look_at(person)

    def finish(self) -> Volume:
        """Check what follows of all recipients together; return the campaign in numbers."""
        self.log.extend(self._find_too_large())
        self._recipients.finish()
        openings, rate = self._openings.openings, self._rules.messages_an_hour
        if rate is not None:
            fewest = min(self._courses)
            self.log.extend(find_above_rate(openings, fewest, rate, self._times))
        return volume_of(openings, self._courses, self._times)

    def _find_too_large(self) -> Iterator[Finding]:
        size = self._recipients.size
        if size > _LARGEST_DOCUMENT:
            yield error(
                "request_too_large",
                "recipients",
                f"take {size / 2**20:.1f} MB; a request is one document of up to 16 MB",
                f"split the recipients over {size // _LARGEST_DOCUMENT + 1} requests or more",
            )


def _end_place(campaign: Campaign, template: CampaignTemplate, starts_at: datetime) -> str:
    """Return the field that says when the campaign ends."""
    maximum = template.completion.max_duration_hours
    if maximum is not None and campaign.ends_at == starts_at + timedelta(hours=maximum):
        return "template.completion_conditions.max_duration_hours"
    return "schedule.end_date"
