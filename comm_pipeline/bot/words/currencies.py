"""Signs, codes and names of currencies (ISO 4217), folded where they are words."""

from collections.abc import Mapping
from typing import Final

#: Signs that mean one currency wherever they stand alone; $ and the yen's are the usual guess.
SIGNS: Final[Mapping[str, str]] = {
    "$": "USD",
    "\u20ac": "EUR",
    "\u00a3": "GBP",
    "\u00a5": "JPY",
    "\uffe5": "JPY",
    "\u5186": "JPY",
    "\u5143": "CNY",
    "\u20b9": "INR",
    "\u20a3": "CHF",
    "\u20ba": "TRY",
    "\u20aa": "ILS",
    "\u20a9": "KRW",
    "\u20b4": "UAH",
    "\u20bd": "RUB",
}
#: Letters that make a $ another country's, before it or behind.
DOLLARS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("us", "usd"), "USD"),
    **dict.fromkeys(("c", "ca", "can", "cad", "cdn"), "CAD"),
    **dict.fromkeys(("a", "au", "aud"), "AUD"),
    **dict.fromkeys(("nz", "nzd"), "NZD"),
    **dict.fromkeys(("hk", "hkd"), "HKD"),
    **dict.fromkeys(("s", "sg", "sgd"), "SGD"),
    **dict.fromkeys(("nt", "twd"), "TWD"),
    **dict.fromkeys(("mx", "mxn"), "MXN"),
    **dict.fromkeys(("r", "brl"), "BRL"),
}
#: Codes that are no words, in small letters, too.
_CODES: Final = "usd eur gbp chf sek nok dkk pln czk huf inr jpy cny brl mxn cad aud nzd sgd hkd"
#: Codes that may be words or names: only in capital letters.
CAPITALS: Final = ("RON", "TRY", "ZAR", "AED", "ILS", "KRW", "TWD", "UAH", "ISK", "BGN")
_WORDS: Final = {
    "USD": "us-dollar us-dollars dollar dollars dolar dolares dollaro dollari bucks",
    "EUR": "euro euros",
    "GBP": "pound pounds quid sterling pfund sterline libras",
    "CHF": "franken francs franchi sfr",
    "BRL": "reais",
    "JPY": "yen",
    "CNY": "yuan renminbi rmb",
    "INR": "rupee rupees rs",
    "PLN": "zloty zlotych zlote zl",
    "SEK": "kronor",
    "CZK": "kc korun",
    "HUF": "forint",
    "ZAR": "rand",
    "ILS": "shekel shekels",
}
#: "Fr." is a franc, "Fr" a Friday; "Rs." is found by its word.
DOTTED: Final[Mapping[str, str]] = {"fr.": "CHF"}
NAMES: Final[Mapping[str, str]] = {
    **{code: code.upper() for code in _CODES.split()},
    **{word: code for code, words in _WORDS.items() for word in words.split()},
}
#: Whose dollars, pounds, francs or crowns they are.
NATIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("us", "american", "amerikanische"), "USD"),
    **dict.fromkeys(("canadian", "kanadische", "canadiens"), "CAD"),
    **dict.fromkeys(("australian", "australische", "australiens"), "AUD"),
    **dict.fromkeys(("new zealand",), "NZD"),
    **dict.fromkeys(("singapore", "singaporean"), "SGD"),
    **dict.fromkeys(("hong kong",), "HKD"),
    **dict.fromkeys(("swiss", "schweizer"), "CHF"),
    **dict.fromkeys(("british",), "GBP"),
    **dict.fromkeys(("swedish", "schwedische", "svenska"), "SEK"),
    **dict.fromkeys(("norwegian", "norwegische", "norske"), "NOK"),
    **dict.fromkeys(("danish", "danische", "danske"), "DKK"),
}
#: Crowns are those of the country that the writer is in, and of no other.
CROWNS: Final = ("kr", "krona", "krone", "kroner", "kronen", "crowns")
CROWNS_OF: Final[Mapping[str, str]] = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"}
