"""Made-up recipients."""

import pytest

from comm_pipeline.domain.addresses import address_of
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.simulation.made_recipients import made_recipients
from comm_pipeline_tests.builders import a_recipient

PEOPLE = [a_recipient(number, tier=number) for number in range(1, 6)]


def test_more_than_there_are_repeat_with_their_properties() -> None:
    made = made_recipients(PEOPLE, {}, 12, "1")
    assert [one["id"] for one in made][::11] == ["sim_00001", "sim_00012"]
    assert [one["tier"] for one in made] == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]
    addresses = {address_of(one["contact_info"]) for one in made}
    assert len(addresses) == 12
    assert made[0]["contact_info"] | {"email": ""} == PEOPLE[0]["contact_info"] | {"email": ""}


def test_fewer_are_a_sample_that_the_seed_draws() -> None:
    tiers = [[one["tier"] for one in made_recipients(PEOPLE, {}, 3, seed)] for seed in "11234"]
    assert tiers[0] == tiers[1]
    assert all(one == sorted(set(one)) for one in tiers)
    assert len({tuple(one) for one in tiers}) > 1


def test_contacts_named_by_id_are_filled_in() -> None:
    contacts = {"c1": {"_id": "c1", "contact_info": {"email": "x@example.com"}, "tier": 9}}
    known, unknown = made_recipients(["c1", "c2"], contacts, 2, "1")
    assert known == {
        "id": "sim_00001",
        "tier": 9,
        "contact_info": {"email": "sim_00001@example.com"},
    }
    assert unknown == "sim_00002"


def test_who_has_only_a_phone_number_gets_one_of_the_same_place() -> None:
    person = {"id": "a", "contact_info": {"phones": ["030 1234567"], "country": "DE"}}
    first, second = (one["contact_info"] for one in made_recipients([person], {}, 2, "1"))
    assert first == {"phone": "+49301200001", "country": "DE"}
    assert second == {"phone": "+49301200002", "country": "DE"}


def test_who_has_both_gets_both() -> None:
    info = {"email": "ada@example.com", "phone": "+49 30 1234567"}
    (made,) = made_recipients([{"id": "a", "contact_info": info}], {}, 1, "1")
    assert made["contact_info"] == {"email": "sim_00001@example.com", "phone": "+49301200001"}


@pytest.mark.parametrize(
    "info", [{"email": "nowhere"}, {}, {"email": None}, {"phone": "none"}, {"phones": 7}]
)
def test_whoever_cannot_be_written_to_stays_like_that(info: dict[str, object]) -> None:
    (made,) = made_recipients([{"id": "a", "contact_info": info}], {}, 1, "1")
    assert made == {"id": "sim_00001", "contact_info": info}
    with pytest.raises(InvalidInputError):
        address_of(info)
