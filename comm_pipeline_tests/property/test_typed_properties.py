"""Values of an answer are read as their writer means them, in whichever way they are written."""

from datetime import date, timedelta
from typing import Final

from hypothesis import assume, given
from hypothesis import strategies as st

from comm_pipeline.bot.choices import find_choices
from comm_pipeline.bot.dates import find_days
from comm_pipeline.bot.extraction import Answer, find_values
from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.money import find_money
from comm_pipeline.bot.numbers import find_numbers
from comm_pipeline.bot.ratings import find_ratings
from comm_pipeline.bot.return_dates import find_return
from comm_pipeline_tests.builders import a_template
from comm_pipeline_tests.evaluation.labelled import read_replies

#: What parts groups of digits, and the decimal signs that go with it.
GROUPS: Final = {
    ",": ".",
    ".": ",",
    "'": ".",
    "\u2019": ".",
    " ": ",",
    "\u00a0": ",",
    "\u202f": ",",
    "\u2009": ".",
    "\u2007": ",",
}
CURRENCIES: Final = {
    "\u20ac": "EUR",
    "$": "USD",
    "\u00a3": "GBP",
    "CHF ": "CHF",
    "C$": "CAD",
    "A$ ": "AUD",
    "US$": "USD",
    "USD ": "USD",
    "\u20b9": "INR",
    "\u00a5": "JPY",
    "Fr. ": "CHF",
    "R$ ": "BRL",
}
AFTER: Final = {
    "\u20ac": "EUR",
    " \u20ac": "EUR",
    " EUR": "EUR",
    "\u00a0z\u0142": "PLN",
    " SEK": "SEK",
    " euros": "EUR",
    " US dollars": "USD",
    " Franken": "CHF",
}
whole_numbers = st.integers(1, 999_999_999_999)
groups = st.sampled_from(list(GROUPS))
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def grouped(number: int, sign: str) -> str:
    return f"{number:,}".replace(",", sign)


@given(whole_numbers, st.integers(0, 99) | st.none(), groups, st.sampled_from(list(CURRENCIES)))
def test_money_is_what_is_written_behind_any_sign(
    number: int, cents: int | None, sign: str, currency: str
) -> None:
    decimals = "" if cents is None else f"{GROUPS[sign]}{cents:02}"
    (found,) = find_money(f"We have {currency}{grouped(number, sign)}{decimals} for it.")
    assert (found.amount, found.currency) == (
        round(number + (cents or 0) / 100, 2),
        CURRENCIES[currency],
    )


@given(whole_numbers, groups, st.sampled_from(list(AFTER)))
def test_money_is_what_is_written_before_any_sign(number: int, sign: str, currency: str) -> None:
    (found,) = find_money(f"So etwa {grouped(number, sign)}{currency}, mehr nicht")
    assert (found.amount, found.currency) == (number, AFTER[currency])


@given(
    whole_numbers, whole_numbers, groups, st.sampled_from(["-", " - ", "\u2013", " to ", " bis "])
)
def test_of_a_range_it_is_the_lower_end(one: int, other: int, sign: str, between: str) -> None:
    low, high = sorted((one, other))
    text = f"Budget: {grouped(low, sign)}{between}{grouped(high, sign)} EUR"
    (found,) = find_money(text)
    assert (found.amount, found.currency) == (low, "EUR")


@given(whole_numbers, groups)
def test_numbers_are_what_is_written(number: int, sign: str) -> None:
    (found,) = find_numbers(f"We are {grouped(number, sign)} people.")
    assert found.value == number


@given(
    st.integers(1, 5),
    st.sampled_from(
        [
            "tomorrow at {}",
            "in {} days",
            "call me on +49 170 123456{}",
            "at {}:30",
            "um {} Uhr",
            "on {} March",
            "dans {} semaines",
            "within {} hours",
            "ticket #{}",
            "{} people are ill",
            "back on 0{}/04",
            "we waited {} weeks",
            "version {}",
            "{}% off",
            "it costs ${}",
            "{} EUR",
            "the {}th floor",
            "2026-03-0{}",
            "ich rufe um {} an",
            "alle {} del pomeriggio",
            "q{} results",
        ]
    ),
)
def test_a_time_a_day_and_a_number_of_things_are_no_rating(number: int, text: str) -> None:
    assert list(find_ratings(text.format(number), 1, 5)) == []


WORDS = st.text("abcdefgh", min_size=3, max_size=6)
NOT_BUT = st.sampled_from(
    ["not {}, {}", "not {} but {}", "nicht {}, sondern {}", "pas {}, mais {}", "no {}. {}!"]
)


@given(st.lists(WORDS, min_size=2, max_size=5, unique=True), st.data())
def test_what_is_denied_is_not_chosen(names: list[str], data: st.DataObject) -> None:
    one, other = data.draw(st.permutations(names))[:2]
    found = find_choices(data.draw(NOT_BUT).format(one, other), tuple(names))
    assert [choice.value for choice in found] == [other]


@given(st.lists(WORDS, min_size=2, max_size=4, unique=True))
def test_the_longest_choice_is_chosen(names: list[str]) -> None:
    choices = tuple(" ".join(names[:count]) for count in range(1, len(names) + 1))
    (found,) = find_choices(f"We take {choices[-1]}, please", choices)
    assert found.value == choices[-1]


@given(
    st.lists(WORDS, min_size=2, max_size=4, unique=True), st.sampled_from([" or ", ", ", " and "])
)
def test_several_choices_are_none(names: list[str], between: str) -> None:
    extraction = {"type": "choice", "choices": names}
    template = a_template(extract={"x": extraction})
    answer = Answer(f"I like {between.join(names)}")
    assert list(find_values(answer, template, template.stages[0])) == []


@given(days, st.sampled_from(["de", "fr", "es", "it", "pt", "nl"]), st.sampled_from("/.-"))
def test_other_languages_than_english_write_the_day_first(day: date, code: str, sign: str) -> None:
    text = f"{day.day:02}{sign}{day.month:02}{sign}{day.year}"
    (found,) = find_days(text, date(2026, 3, 4), code)
    assert (found.day, found.other) == (day, None)


@given(days, st.sampled_from(["US", "PH"]), st.sampled_from(["GB", "AU", "IN", "DE"]))
def test_in_english_the_country_tells_the_order(day: date, american: str, other: str) -> None:
    received = date(2026, 3, 4)
    (us,) = find_days(f"{day:%m/%d/%Y}", received, "en", american)
    (gb,) = find_days(f"{day:%d/%m/%Y}", received, "en", other)
    assert us.day == gb.day == day


@given(days)
def test_without_language_and_country_both_readings_are_told(day: date) -> None:
    assume(day.day <= 12 and day.day != day.month)
    (found,) = find_days(f"{day:%d/%m/%Y}", date(2026, 3, 4))
    assert {found.day, found.other} == {day, date(day.year, day.day, day.month)}


@given(days, days)
def test_of_two_readings_an_absence_takes_the_later_unless_it_is_months_away(
    received: date, day: date
) -> None:
    assume(day.day <= 12 and day.day != day.month)
    readings = sorted((day, date(day.year, day.day, day.month)))
    found = find_return(f"away until {day:%d/%m/%Y}", received, "en")
    if found is not None:
        assert found > received
        assert found in readings
        assert found == readings[1] or readings[1] - received > timedelta(days=90)


UNTILS: Final = {
    "until the end of the week": "week",
    "bis Ende der Woche": "week",
    "jusqu'\u00e0 la fin de la semaine": "week",
    "fino a fine settimana": "week",
    "tot het einde van de week": "week",
    "until the end of the month": "month",
    "bis Ende des Monats": "month",
    "hasta fin de mes": "month",
    "at\u00e9 ao fim do m\u00eas": "month",
    "tot eind van de maand": "month",
    "fino alla fine dell'anno": "year",
    "bis Jahresende": "year",
}


@given(days, st.sampled_from(list(UNTILS)))
def test_who_is_away_until_the_end_is_back_with_the_next(received: date, words: str) -> None:
    found = find_return(fold(words), received, None)
    assert found is not None
    assert 0 < (found - received).days <= {"week": 7, "month": 31, "year": 366}[UNTILS[words]]
    if UNTILS[words] == "week":
        assert found.weekday() == 0
    else:
        assert found.day == 1


SENTENCES = st.lists(
    st.sampled_from(
        sorted({word for reply in read_replies("typed_1") for word in reply["text"].split()})
    )
).map(" ".join)
EVERY_TYPE: Final = a_template(
    extract={
        "number": {"type": "number"},
        "rating": {"type": "rating"},
        "date": {"type": "date"},
        "money": {"type": "money", "minimum": 1, "maximum": 10_000},
        "choice": {"type": "choice", "choices": ["Basic", "Pro", "Pro Plus", "\u00c4"]},
        "seats": {"type": "number", "pattern": "(\\d+)"},
    }
)


@given(st.text() | SENTENCES, days, st.sampled_from(["de", "en", None]))
def test_values_of_any_text_have_their_type_and_stand_in_it(
    text: str, received: date, language: str | None
) -> None:
    answer = Answer(text, received, language)
    for name, value, words in find_values(answer, EVERY_TYPE, EVERY_TYPE.stages[0]):
        assert words in text
        if name == "money":
            assert 1 <= value["amount"] <= 10_000
        elif name == "rating":
            assert 1 <= value <= 5
        elif name == "date":
            assert date.fromisoformat(value)
