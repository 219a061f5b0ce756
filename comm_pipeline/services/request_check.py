"""Checking a batch request as its author has it, before it is submitted.

What would fail the request becomes a finding, and as much as possible of the rest is looked at
too. Reading files and showing findings is the command line's.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comm_pipeline.domain.findings import Finding, FindingLog, error, warning
from comm_pipeline.services.checking.campaign_check import CampaignCheck, CheckRules
from comm_pipeline.services.checking.entries import Contacts, in_batches, look_at_all
from comm_pipeline.services.checking.volume import Volume
from comm_pipeline.services.config_manager import (
    campaign_variables,
)
from comm_pipeline.services.request_reading import (
    REQUEST,
    CannotGoOnError,
    Templates,
    read_campaign,
    read_noting,
)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found, the recipients that it looked at, and the campaign in numbers."""

    log: FindingLog
    recipients: int = 0
    volume: Volume | None = None


async def check_request(
    document: Mapping[str, Any],
    rules: CheckRules,
    templates: Templates,
    contacts: Contacts | None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> CheckReport:
    """Check a request as it would be submitted at ``rules.now``.

    ``contacts`` is where recipients that are ids only are looked up. ``on_progress`` is told how
    many recipients have been looked at.
    """
    log = FindingLog()
    try:
        campaign, template = await read_campaign(document, rules, templates, log)
        variables = campaign_variables(campaign, template)
        check = read_noting(
            REQUEST, lambda: CampaignCheck(campaign, template, variables, rules, log), log
        )
    except CannotGoOnError:
        log.add(_not_checked())
        return CheckReport(log)
    recipients = document.get("recipients")
    if not isinstance(recipients, list) or not recipients:
        log.add(_no_recipients(recipients))
        return CheckReport(log)
    looked_at = 0
    async for entries in in_batches(_stream(recipients)):
        await look_at_all(check, looked_at, entries, contacts)
        looked_at += len(entries)
        on_progress(looked_at)
    try:
        return CheckReport(log, looked_at, read_noting(REQUEST, check.finish, log))
    except CannotGoOnError:
        return CheckReport(log, looked_at)


async def _stream(entries: Iterable[Any]) -> AsyncIterator[Any]:
    for entry in entries:
        yield entry


def _not_checked() -> Finding:
    return warning(
        "recipients_not_checked",
        "recipients",
        "were not looked at, because of the errors above",
        "correct those, and check again",
    )


def _no_recipients(recipients: object) -> Finding:
    problem = "must be a list of ids or of objects with an id"
    if recipients is None:
        problem = "is missing"
    elif recipients == []:
        problem = "is empty"
    return error(REQUEST, "recipients", problem, "give at least one recipient")
