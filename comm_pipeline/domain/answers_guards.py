"""What no answer may be or contain, whoever wrote it: rules, a language model.

Each guard is asked of the rendered text. What the template itself says is allowed: its author
answers for it. What came with the recipient's data or from a model is not: a link, a price or a
promise that stands in none of the template's texts, variables and ``may_say`` is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from comm_pipeline.domain.answers_rules import AnswerRules

#: What binds the sender, in the languages of answers; stems match their endings.
_PROMISES: Final = (
    r"guarante\w*|warrant(?:y|ies|ed)|we promise|i promise|promised|money[- ]back|refund\w*|"
    r"free of charge|for free|free trial|discount\w*|rebate\w*|cashback|legally binding|"
    r"risk[- ]free|no risk|best price|lowest price|lifetime|"
    r"garantier\w*|garantie\w*|versprech\w*|kostenlos\w*|kostenfrei\w*|gratis|rabatt\w*|nachlass|"
    r"geld zurück|rückerstattung\w*|"
    r"garanti\w*|promett\w*|gratuit\w*|remise\w*|rembours\w*|"
    r"garantiz\w*|garantía\w*|promete\w*|descuento\w*|reembols\w*|"
    r"garanzi\w*|garantiam\w*|prometti\w*|gratuito|sconto|sconti|rimbors\w*|"
    r"desconto\w*|grátis|garantim\w*|"
    r"garandeer\w*|korting\w*|terugbetal\w*|beloof\w*"
)
_PROMISE: Final = re.compile(rf"(?<!\w)(?:{_PROMISES})(?!\w)", re.IGNORECASE)
#: An address with a scheme, with www., or a domain name with or without a path; a mail address too.
_LINK: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s<>\"')\]]+"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.)+[a-z]{2,24}(?:[/?#][^\s<>\"')\]]*)?(?![\w@-])"
    r"|[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}"
    r"|\b(?:mailto|tel|javascript|data):\S+",
    re.IGNORECASE,
)
_NUMBER: Final = r"\d{1,15}(?:[.,'\u2019\u00a0\u202f ]\d{3}){0,5}(?:[.,]\d{1,2})?(?:\s?[km]\b)?"
_CURRENCY: Final = (
    r"[$€£¥₹]|\b(?:usd|eur|gbp|chf|cad|aud|jpy|inr|euros?|dollars?|pounds?|francs?|bucks|pfund|"
    r"franken|libras|esterlinas)\b"
)
_PRICE: Final = re.compile(
    rf"(?:{_CURRENCY})\s?(?P<after>{_NUMBER})|(?P<before>{_NUMBER})\s?(?:{_CURRENCY}|%|percent\b|"
    r"prozent\b|pour cent\b|por ciento\b|per cento\b|procent\b)",
    re.IGNORECASE,
)
#: Longer texts are refused before anything is looked for in them.
_LONGEST_SEARCHED: Final = 20_000
_ENDS_A_LINK: Final = ".,;:!?…"
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
        joined = "\n".join(texts)
        prices = {_amount(f"{number:.2f}") for number in numbers}
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
    for found in sorted(links_in(text) - allowed.links):
        if not any(found.startswith(link) for link in allowed.links if link.endswith(_OPEN_ENDS)):
            yield Refusal("link", f"the template has no link {found[:200]!r}")
    for price in sorted(prices_in(text) - allowed.prices):
        yield Refusal("price", f"the template names no price or share of {price}")
    for promise in sorted(promises_in(text) - allowed.promises):
        yield Refusal("promise", f"the template does not promise {promise!r}")
    if language and written_in and language != written_in:
        yield Refusal("language", f"it is written in {written_in}, and should be in {language}")


def links_in(text: str) -> set[str]:
    """Return the links and addresses in a text, in lower case and without scheme and www."""
    return {_plain_link(found.group()) for found in _LINK.finditer(text)} - {""}


def prices_in(text: str) -> set[str]:
    """Return the amounts in a text that have a currency or a percent sign, as plain numbers."""
    return {_amount(found["after"] or found["before"]) for found in _PRICE.finditer(text)}


def promises_in(text: str) -> set[str]:
    """Return the words in a text that bind who sends it, in lower case."""
    return {" ".join(found.group().casefold().split()) for found in _PROMISE.finditer(text)}


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


def _plain_link(link: str) -> str:
    plain = link.casefold().rstrip(_ENDS_A_LINK)
    for start in ("https://", "http://", "www."):
        plain = plain.removeprefix(start)
    return plain


def _up_to_variable(link: str) -> str:
    """Return a template's link without what a variable continues it with."""
    return link.partition("{{")[0]


def _amount(text: str) -> str:
    """Return an amount as a plain number: without marks for thousands and zeros that add nothing.

    A last mark with one or two digits after it is the decimal one.
    """
    number = text.casefold().strip()
    factor = {"k": 1_000, "m": 1_000_000}.get(number[-1:], 1)
    number = number.rstrip("km ")
    decimal = re.search(r"[.,](\d{1,2})$", number)
    whole = re.sub(r"\D", "", number[: decimal.start()] if decimal else number) or "0"
    value = float(f"{whole}.{decimal[1] if decimal else 0}") * factor
    return f"{value:.2f}".rstrip("0").rstrip(".")
