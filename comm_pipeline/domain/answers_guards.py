"""What no answer may be or contain, whoever wrote it: rules, a language model.

Each guard is asked of the rendered text. What the template itself says is allowed: its author
answers for it. What came with the recipient's data or from a model is not: a link, a price or a
promise that stands in none of the template's texts, variables and ``may_say`` is refused.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from comm_pipeline.domain.answers_amounts import plain_amount, prices_in
from comm_pipeline.domain.answers_links import links_in
from comm_pipeline.domain.answers_rules import AnswerRules

#: What binds the sender, in the languages of answers; stems match their endings. A space is any
#: white space.
_PROMISES: Final = (
    r"guarante\w*|warrant(?:y|ies|ed)|we promise|i promise|promised|money[- ]back|refund\w*|"
    r"free of (?:charge|cost)|for free|"
    r"free (?:trial|month|year|week|seat|licen[cs]e|upgrade|pilot)s?|months? (?:for )?free|"
    r"(?:no|without|zero) (?:extra |additional |further )?(?:charge|costs?)|"
    r"costs? nothing|on the house|complimentary|waive\w*|half[- ](?:off|price)|"
    r"discount\w*|rebate\w*|cashback|legally binding|we commit to|(?:i|we) assure you|"
    r"you have (?:my|our) word|(?:i|we) give you (?:my|our) word|pay you back|"
    r"risk[- ]free|no risk|best price|lowest price|lifetime|"
    r"garantier\w*|garantie\w*|versprech\w*|kostenlos\w*|kostenfrei\w*|gratis\w*|rabatt\w*|"
    r"nachlass|"
    r"ohne (?:\w+ )?(?:kosten|aufpreis|berechnung)|(?:zum )?halben preis|geld zurück|"
    r"rückerstattung\w*|"
    r"garanti\w*|promett\w*|gratuit\w*|remise\w*|rembours\w*|sans (?:frais|supplément)|"
    r"moitié prix|"
    r"garantiz\w*|garantía\w*|promete\w*|descuento\w*|reembols\w*|"
    r"sin (?:costos?|costes?|cargos?)|cuesta cero|mitad de precio|"
    r"garanzi\w*|garantiam\w*|prometti\w*|gratuito|sconto|sconti|rimbors\w*|"
    r"senza (?:costi|costo|spese)|metà prezzo|"
    r"desconto\w*|grátis|garantim\w*|sem custos?|metade do preço|"
    r"garandeer\w*|korting\w*|terugbetal\w*|beloof\w*|zonder kosten|halve prijs"
)
_PROMISE: Final = re.compile(rf"(?<!\w)(?:{_PROMISES})(?!\w)".replace(" ", r"\s+"), re.IGNORECASE)
#: Longer texts are refused before anything is looked for in them.
_LONGEST_SEARCHED: Final = 20_000
#: A link of the template that ends so may go on in any way.
_OPEN_ENDS: Final = ("/", "=")
_PLAIN_NUMBER: Final = re.compile(r"\d{1,15}(?:\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer may not be sent: the guard, and what it found."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """Links, prices and promises that an answer may contain, in one form each."""

    links: frozenset[str]
    prices: frozenset[str]
    promises: frozenset[str]

    @classmethod
    def in_texts(cls, texts: Iterable[str], numbers: Iterable[float] = ()) -> "Allowed":
        """Return what stands in texts, and as prices also ``numbers`` that have no currency."""
        joined = _as_read("\n".join(texts))
        prices = {plain_amount(number) for number in numbers}
        return cls(
            frozenset(_up_to_variable(link) for link in links_in(joined)),
            frozenset((*prices, *prices_in(joined))),
            frozenset(promises_in(joined)),
        )


def refusals(
    text: str, rules: AnswerRules, allowed: Allowed, *, language: str | None, written_in: str | None
) -> Iterator[Refusal]:
    """Yield every reason why a text may not be sent as an answer.

    ``language`` is what it should be written in, ``written_in`` what it seems to be; None: not
    known.
    """
    if not text.strip():
        yield Refusal("empty", "there is no text")
        return
    if len(text) > min(rules.max_characters, _LONGEST_SEARCHED):
        reason = f"{len(text):,} characters; up to {rules.max_characters:,} may be"
        yield Refusal("length", reason)
        return
    said = [words for words in rules.never_say if phrase_pattern(words).search(text)]
    yield from (Refusal("never_say", f"it says {words!r}") for words in said)
    read = _as_read(text)
    for found in sorted(links_in(read) - allowed.links):
        if not any(found.startswith(link) for link in allowed.links if link.endswith(_OPEN_ENDS)):
            yield Refusal("link", f"the template has no link {found[:200]!r}")
    for price in sorted(prices_in(read) - allowed.prices):
        yield Refusal("price", f"the template names no price or share of {price}")
    for promise in sorted(promises_in(read) - allowed.promises):
        yield Refusal("promise", f"the template does not promise {promise!r}")
    if language and written_in and language != written_in:
        yield Refusal("language", f"it is written in {written_in}, and should be in {language}")


def promises_in(text: str) -> set[str]:
    """Return the words in a text that bind who sends it, in lower case."""
    return {found.group().casefold() for found in _PROMISE.finditer(" ".join(text.split()))}


@lru_cache(maxsize=1024)
def phrase_pattern(words: str) -> re.Pattern[str]:
    """Return the pattern that finds words whole and in any case."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in nested data; keys are no texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner)


def numbers_in(value: Any) -> Iterator[float]:
    """Yield every number in nested data, also those that are written as texts."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float) or (
        isinstance(value, str) and _PLAIN_NUMBER.fullmatch(value.strip())
    ):
        yield float(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from numbers_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from numbers_in(inner)


def _up_to_variable(link: str) -> str:
    """Return a template's link without what a variable continues it with."""
    return link.partition("{{")[0]


def _as_read(text: str) -> str:
    """Return a text as its readers take it: wide and raised characters as the plain ones."""
    return unicodedata.normalize("NFKC", text)
