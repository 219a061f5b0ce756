"""Where a recipient writes from, and that replies are read by it."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from comm_pipeline.bot.analyser import RulesAnalyser
from comm_pipeline.domain.contact_hours import Contact
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.services.inbox_understanding import Understood, absence, understand
from comm_pipeline.services.writer_country import country_of
from comm_pipeline_tests.builders import a_conversation, a_reply, a_template

RECEIVED_AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("contact", "country"),
    [
        ({"country": "DE"}, "DE"),
        ({"country": "United States"}, "US"),
        ({"country": "Atlantis", "phone": "+33123456789"}, "FR"),
        ({"country": "GB", "phone": "+12125550123"}, "GB"),
        ({"phone": "+12125550123"}, "US"),
        ({"phone": "+14165550123"}, "CA"),
        ({"phone": "no number"}, None),
        ({"time_zone": "America/New_York", "time_zone_source": "contact_info"}, "US"),
        ({"time_zone": "US/Pacific", "time_zone_source": "contact_info"}, "US"),
        ({"time_zone": "Europe/London", "time_zone_source": "phone"}, "GB"),
        ({"time_zone": "Europe/London", "time_zone_source": "campaign"}, None),
        ({"time_zone": "Etc/UTC", "time_zone_source": "contact_info"}, None),
        ({}, None),
    ],
)
def test_the_country_is_given_or_told_by_number_or_zone(
    contact: dict[str, Any], country: str | None
) -> None:
    assert country_of(Contact(**contact)) == country


def what_is_understood(text: str, country: str, **reply: Any) -> Understood:
    template = a_template(extract={"start": {"type": "date"}})
    conversation = a_conversation(contact=Contact(time_zone="UTC", country=country))
    message = a_reply(text, received_at=RECEIVED_AT, **reply)
    return asyncio.run(understand(RulesAnalyser(), conversation, template, message))


@pytest.mark.parametrize(("country", "day"), [("GB", "2026-04-03"), ("US", "2026-03-04")])
def test_a_date_is_read_as_it_is_written_in_the_country_of_the_recipient(
    country: str, day: str
) -> None:
    found = what_is_understood("We would like to start on 03/04, please", country)
    assert found.analysis.values == {"start": day}


@pytest.mark.parametrize(("country", "until"), [("GB", date(2026, 4, 3)), ("US", date(2026, 3, 4))])
@pytest.mark.parametrize(
    "text", ["I am out of the office until 03/04", "Please try again, you will find me to 03/04"]
)
def test_an_absence_lasts_until_the_day_as_it_is_written_there(
    text: str, country: str, until: date
) -> None:
    found = what_is_understood(text, country, kind=MailKind.OUT_OF_OFFICE)
    assert absence(found).until.date() == until
