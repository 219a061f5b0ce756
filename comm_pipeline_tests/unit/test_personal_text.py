"""What counts as a person's address in a text, and what is left of the text without it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.domain.personal_text import PersonalText, addresses_in, names_in
from comm_pipeline.domain.pseudonyms import PREFIX, Pseudonyms

ADA = PersonalText({"ada@example.com": "<mail>", "+491701234567": "<phone>", "Ada Byron": "<name>"})
#: Keys as people set them; HMAC takes null bytes at the end for padding.
KEYS = st.text(st.characters(min_codepoint=33, codec="utf-8"), min_size=32, max_size=40)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("to ada@example.com.", "to <mail>."),
        ("<ADA@Example.com>,", "<<mail>>,"),
        ("campaign_1:ada@example.com:hello:0:first", "campaign_1:<mail>:hello:0:first"),
        ("call +49 (170) 123-4567 now", "call <phone> now"),
        ("call 0049 170 1234567", "call <phone>"),
        ("ada byron and Ada Lovelace", "<name> and Ada Lovelace"),
        ("campaign_for-Ada-Byron_x1", "campaign_for-<name>_x1"),
        ("mailto:ada%40example.com", "mailto:<mail>"),
        ("q=%3CAda%40Example.com%3E", "q=%3C<mail>%3E"),
        ("call +49 (0) 170 123 4567, +49\u2011170\u20111234567", "call <phone>, <phone>"),
        ("call +49 - 170 / 123 4567", "call <phone>"),
        ("whatsapp:%2B491701234567", "whatsapp:%2B<phone>"),
        ('From: "Byron, Ada" <x>; BYRON,ada', 'From: "<name>" <x>; <name>'),
        ("ada_byron, Ada%20Byron, Ada \t Byron.", "<name>, <name>, <name>."),
    ],
)
def test_addresses_and_full_names_give_way(text: str, without: str) -> None:
    assert ADA.is_in(text)
    assert ADA.taken_out(text) == without


@pytest.mark.parametrize(
    "text",
    [
        "bada@example.com",
        "x.ada@example.com",
        "ada+news@example.com",
        "ada@example.com.au",
        "ada@example.community",
        "+4917012345678",
        "1491701234567",
        "Ada",
        "Ada Byronson",
        "campaign_ada-byronson Ada, Byron",
        "ada-byron@example.com",
        "my-ada_byron.home@example.com",
        "bo@ada-byron.example",
        "bo@mail.ada-byron.example",
    ],
)
def test_somebody_else_is_left_alone(text: str) -> None:
    assert not ADA.is_in(text)
    assert ADA.taken_out(text) == text


@pytest.mark.parametrize("known", ["ada@bücher.example", "ada@xn--bcher-kva.example"])
@pytest.mark.parametrize(
    "written", ["ADA@Bücher.example", "Ada@XN--bcher-kva.example", "ada@b%C3%BCcher.example"]
)
def test_a_domain_counts_in_either_of_its_forms(known: str, written: str) -> None:
    text = PersonalText({known: "<mail>"})
    assert text.is_in(written)
    assert text.taken_out(f"to {written}, bada@xn--bcher-kva.example") == (
        "to <mail>, bada@xn--bcher-kva.example"
    )


def test_an_id_that_is_kept_stays_and_is_no_mention() -> None:
    text = PersonalText({"+491701234567": "<phone>"}, frozenset({"campaign_491701234567"}))
    assert text.taken_out("campaign_491701234567:+491701234567") == "campaign_491701234567:<phone>"
    assert not text.is_in("campaign_491701234567:user_1")


def test_it_looks_into_keys_and_lists() -> None:
    value = {"ada@example.com": [{"note": "Ada Byron"}, 7], "of": None}
    assert ADA.is_anywhere_in(value)
    assert ADA.is_anywhere_in({"raw": [b"to ada@example.com"]})
    assert ADA.is_anywhere_in(re.compile("ada@example.com"))
    assert ADA.taken_out_of(value) == {"<mail>": [{"note": "<name>"}, 7], "of": None}


@pytest.mark.parametrize("number", [491701234567, 491701234567.0])
def test_a_number_counts_where_it_is_stored_as_such(number: float) -> None:
    assert ADA.is_anywhere_in([number])
    assert ADA.taken_out_of({"phone": number}) == {"phone": "<phone>"}


@pytest.mark.parametrize("number", [49170123456, 491701234567.5, True, -1, float("inf"), 2**80])
def test_other_numbers_stay(number: float) -> None:
    assert not ADA.is_anywhere_in([number])
    assert ADA.taken_out_of([number]) == [number]


def test_a_name_that_is_stored_with_the_last_name_first_is_found_as_it_is() -> None:
    assert PersonalText({"Byron, Ada": "<name>"}).taken_out("to byron, Ada.") == "to <name>."


def test_nobody_is_in_nothing() -> None:
    assert not PersonalText({}).is_in("ada@example.com")


@pytest.mark.parametrize(
    ("details", "names"),
    [
        ({"first_name": "Ada", "last_name": "Byron"}, ("Ada Byron",)),
        ({"contact_info": {"name": " Ada Byron "}}, ("Ada Byron",)),
        ({"name": "Ada"}, ()),
        ({"first_name": "Ada", "last_name": 7}, ()),
        ("Ada Byron", ()),
    ],
)
def test_only_full_names_are_looked_for(details: object, names: tuple[str, ...]) -> None:
    assert names_in([details]) == names


@given(st.text(), st.text(), KEYS, KEYS)
def test_a_pseudonym_depends_on_address_and_key_and_nothing_else(
    one: str, other: str, key: str, another: str
) -> None:
    pseudonym = Pseudonyms(key).of(one)
    assert pseudonym == Pseudonyms(key).of(one) == Pseudonyms(key).of(pseudonym)
    assert (pseudonym == Pseudonyms(key).of(other)) == (one == other)
    assert (pseudonym == Pseudonyms(another).of(one)) == (key == another)
    assert (Pseudonyms(key).key_id == Pseudonyms(another).key_id) == (key == another)
    assert key not in repr(Pseudonyms(key))
    assert pseudonym.startswith(PREFIX)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("550 <Ada@Example.com>: gone.", {"ada@example.com"}),
        ({"To": "whatsapp:+49 170 1234567"}, {"+491701234567"}),
        ({"key": ["campaign_1:ada@xn--bcher-kva.example:hello:0:first"]}, {"ada@bücher.example"}),
        ({"bo@example.com.": 7}, {"bo@example.com"}),
        ("a@b, @, x@, +12, 0170 1234567", set()),
        (None, set()),
    ],
)
def test_addresses_are_found_wherever_they_stand(value: object, found: set[str]) -> None:
    assert set(addresses_in(value)) == found


def test_not_every_address_of_a_long_list_is_looked_for() -> None:
    assert len(addresses_in([f"a{number}@example.com" for number in range(1_000)])) == 50
