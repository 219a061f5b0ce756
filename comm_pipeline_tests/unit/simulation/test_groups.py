"""Groups by rule and reason."""

from comm_pipeline.simulation.groups import Groups


def test_reasons_that_differ_in_times_only_are_one_group() -> None:
    groups = Groups()
    groups.add(
        "contact_hours", "it is Monday 17:10 in Europe/Berlin, outside the contact hours", "a"
    )
    groups.add(
        "contact_hours", "it is Friday 18:00 in Europe/Berlin, outside the contact hours", "b"
    )
    groups.add("campaign_end", "the next message would leave at 2026-03-02 09:00 UTC", "a")
    hours, end = groups.result()
    assert (hours.count, hours.recipients) == (2, ("a", "b"))
    assert hours.reason == "it is … in Europe/Berlin, outside the contact hours"
    assert end.reason == "the next message would leave at … UTC"


def test_the_largest_comes_first_and_names_some_people() -> None:
    groups = Groups()
    groups.add("rare", "", "a")
    for number in range(100):
        groups.add("often", "2 messages in 168 hours", f"user_{number}")
    often, rare = groups.result()
    assert (often.rule, often.count, rare.rule) == ("often", 100, "rare")
    assert often.recipients == tuple(f"user_{number}" for number in range(20))
