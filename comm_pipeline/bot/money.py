"""Amounts of money in a text: "$4,000", "1.500 EUR", "5k euros", "2.5m USD"."""

from collections.abc import Iterator
from typing import Any, Final

import re2

_SIGNS: Final = {
    "$": "USD",
    "\u20ac": "EUR",
    "\u00a3": "GBP",
    "\u00a5": "JPY",
    "\u20b9": "INR",
    "\u20a3": "CHF",
}
_NAMES: Final = {
    **dict.fromkeys(("usd", "us$", "dollar", "dollars", "bucks"), "USD"),
    **dict.fromkeys(("eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("gbp", "pound", "pounds", "quid"), "GBP"),
    **dict.fromkeys(("chf", "franken", "francs"), "CHF"),
    **dict.fromkeys(("brl", "reais", "r$"), "BRL"),
    **dict.fromkeys(("jpy", "yen"), "JPY"),
    **dict.fromkeys(("inr", "rupees", "rs"), "INR"),
    **{
        code.lower(): code
        for code in ("CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "CZK", "MXN", "NZD")
    },
}
_SIZES: Final = {
    "k": 1e3,
    "thousand": 1e3,
    "tausend": 1e3,
    "mille": 1e3,
    "mil": 1e3,
    "m": 1e6,
    "mio": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "bn": 1e9,
}
_SIGN: Final = f"[{''.join(_SIGNS)}]"
_NAME: Final = "|".join(re2.escape(name) for name in sorted(_NAMES, key=len, reverse=True))
_SIZE: Final = "|".join(sorted(_SIZES, key=len, reverse=True))
_FIGURE: Final = r"(\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?)"
_MONEY: Final = re2.compile(
    rf"(?i)(?:({_SIGN}|\b(?:{_NAME}))\s?{_FIGURE}\s?(?:({_SIZE})\b)?|"
    rf"{_FIGURE}\s?(?:({_SIZE})\b)?\s?({_SIGN}|(?:{_NAME})\b))"
)


def find_money(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the words and the amount and currency (ISO 4217) of each sum of money."""
    for match in _MONEY.finditer(text):
        before, figure, size, other_figure, other_size, after = match.groups()
        amount = _amount(figure or other_figure) * _SIZES.get((size or other_size or "").lower(), 1)
        currency = before or after
        code = _SIGNS.get(currency) or _NAMES[currency.lower()]
        whole = int(amount) if amount.is_integer() else round(amount, 2)
        yield match.group(0).strip(), {"amount": whole, "currency": code}


def _amount(figure: str) -> float:
    """Read a figure whichever sign parts its thousands: three last digits are thousands."""
    plain = figure.replace("'", "").replace(" ", "")
    last = max(plain.rfind("."), plain.rfind(","))
    if last >= 0 and len(plain) - last - 1 in (1, 2):
        return float(plain[:last].replace(".", "").replace(",", "") + "." + plain[last + 1 :])
    return float(plain.replace(".", "").replace(",", ""))
