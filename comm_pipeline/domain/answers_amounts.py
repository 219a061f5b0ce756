"""Prices and shares in a text: numbers with a currency, a percent sign, or by the month or user.

What is taken for one by mistake costs little: an answer that says it is worded as the template
words it, or a person is called. What is missed is an offer that nobody made.
"""

import re
from typing import Final

#: Codes of currencies, ISO 4217, as they are written: in capitals. Some are words otherwise.
_CODES: Final = (
    "AED|AFN|ALL|AMD|AOA|ARS|AUD|AWG|AZN|BAM|BBD|BDT|BGN|BHD|BIF|BMD|BND|"
    "BOB|BRL|BSD|BTN|BWP|BYN|BZD|CAD|CDF|CHF|CLP|CNY|COP|CRC|CUP|CVE|CZK|"
    "DJF|DKK|DOP|DZD|EGP|ERN|ETB|EUR|FJD|FKP|GBP|GEL|GHS|GIP|GMD|GNF|GTQ|"
    "GYD|HKD|HNL|HTG|HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KGS|KHR|"
    "KMF|KPW|KRW|KWD|KYD|KZT|LAK|LBP|LKR|LRD|LSL|LYD|MAD|MDL|MGA|MKD|MMK|"
    "MNT|MOP|MRU|MUR|MVR|MWK|MXN|MYR|MZN|NAD|NGN|NIO|NOK|NPR|NZD|OMR|PAB|"
    "PEN|PGK|PHP|PKR|PLN|PYG|QAR|RON|RSD|RUB|RWF|SAR|SBD|SCR|SDG|SEK|SGD|"
    "SHP|SLE|SOS|SRD|SSP|STN|SVC|SYP|SZL|THB|TJS|TMT|TND|TOP|TRY|TTD|TWD|"
    "TZS|UAH|UGX|USD|UYU|UZS|VES|VND|VUV|WST|XAF|XCD|XOF|XPF|YER|ZAR|ZMW|"
    "ZWG|RMB|BTC"
)
#: Codes that stand before numbers for what they mean as words: "ALL 12 people", "the TOP 10".
_WORDS_BEFORE: Final = "(?!ALL|TOP)"
#: What currencies are called; also codes that small letters make no other word of.
_NAMES: Final = (
    r"usd|eur|gbp|chf|cad|aud|jpy|inr|sek|nok|dkk|pln|czk|huf|euros?|dollars?|dólares|pounds?|"
    r"quid|francs?|bucks|pfund|franken|sfr|libras|esterlinas|kr|kroner|kronor|kronen|koruny?|korun|"
    r"kč|zł|złotych|złote|złoty|zlot(?:y|ys|ych)|pesos?|reais|rupees?|rupien|rs|yen|yuan|"
    r"renminbi|rou?bles?|rubel|\u0440\u0443\u0431(?:\u043b\w{1,4})?|грн|гривень|лв|leva|lei|"
    r"forints?|shekels?|lira|liras|lire|rand|dirhams?|riyals?|cents?|pence|centimes?|centavos?|"
    r"rappen|öre|øre|groszy|grand"
)
_SIGN: Final = "[$¢£¤¥฿៛\u20a0-\u20c0]"
#: Signs that only follow a number.
_SIGN_AFTER: Final = "[元円원圓]"
#: Greater units, and what each multiplies by.
_FACTORS: Final = {
    1_000: "k|tsd|thousand|tausend|mille|mil|mila|duizend|tys|тыс",
    1_000_000: "m|mn|mio|mln|млн|millions?|millionen|millones|millón|milhões|milion[ie]|miljoen",
    1_000_000_000: "bn|billions?|milliarden?|milliards?|miliardi|miljard|mrd",
}
_UNITS: Final = "|".join(_FACTORS.values())
_DIGITS: Final = r"(?<!\d)\d+(?:[.,'\u2019 ]\d{3}){0,5}(?:[.,]\d{1,2})?"
_NUMBER: Final = rf"{_DIGITS}(?:[\s-]?(?:{_UNITS})\b\.?)?"
#: Numbers in words, in the languages of answers.
_NUMBER_WORD: Final = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|"
    r"eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|"
    r"billions?|dozens?|eine?n?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|"
    r"\w{2,20}zehn|\w{2,20}(?:z|ß)ig|\w{0,20}hundert\w{0,20}|\w{0,20}tausend\w{0,20}|million(?:en)?|"
    r"deux|trois|quatre|cinq|sept|huit|neuf|dix|vingts?|trente|quarante|cinquante|soixante|cents?|"
    r"mille|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|veinte|treinta|cuarenta|cincuenta|"
    r"cien|\w{0,12}cient[ao]s?|quinient[ao]s|mil|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|"
    r"venti|trenta|quaranta|cinquanta|\w{0,12}cento|\w{1,12}mila|dois|três|dez|vinte|trinta|"
    r"cinquenta|cem|twee|drie|vijf|zes|zeven|acht|negen|tien|\w{2,12}tig|\w{0,12}honderd|duizend)"
)
_IN_WORDS: Final = rf"\b{_NUMBER_WORD}(?:[\s-]+(?:(?:and|y|et|e)\s+)?{_NUMBER_WORD}){{0,7}}\b"
_PERCENT: Final = (
    r"%|‰|(?:per\s?cents?|pct|prozent|pour\s?cent|por\s?cien(?:to)?|por\s?cento|per\s?cento|"
    r"procent)\b"
)
_PERIODS_AND_USERS: Final = (
    r"months?|mo|monthly|years?|yr|annum|users?|seats?|heads?|licen[cs]es?|persons?|monat|jahr|"
    r"nutzer|benutzer|anwender|platz|kopf|mois|an|utilisateur|mes|año|usuario|mese|anno|utente|"
    r"maand|jaar|gebruiker|mês|ano|utilizador"
)
_BY: Final = rf"(?:/|(?:per|pro|par|por|al|à|a|each)\b)\s?(?:{_PERIODS_AND_USERS})\b"
#: "2 millones de euros", "1.5 millions d'euros".
_OF: Final = r"(?:\s(?:de|di|of)\s|\sd['\u2019])?"
_PRICE: Final = re.compile(
    rf"(?:{_SIGN}|\b(?:{_NAMES}|(?-i:{_WORDS_BEFORE}(?:{_CODES})))\b\.?)[\s:]?(?P<after>{_NUMBER})"
    rf"|(?P<before>{_NUMBER}|{_IN_WORDS})(?:[.,][-\u2013])?{_OF}[\s-]?"
    rf"(?:{_SIGN}|{_SIGN_AFTER}|(?:{_NAMES}|(?-i:{_CODES}|Ft))\b|{_PERCENT})"
    rf"|(?P<each>{_DIGITS})\s?{_BY}",
    re.IGNORECASE,
)
_UNIT: Final = {
    factor: re.compile(rf"[\s-]?(?:{words})\.?$", re.IGNORECASE)
    for factor, words in _FACTORS.items()
}


def prices_in(text: str) -> set[str]:
    """Return the amounts in a text, as plain numbers; those that are written in words as words.

    However much white space stands between number and currency.
    """
    found_in = _PRICE.finditer(" ".join(text.split()))
    return {_amount(found[found.lastgroup or 0]) for found in found_in}


def plain_amount(number: float) -> str:
    """Return an amount as a plain number, without zeros that add nothing."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _amount(text: str) -> str:
    """Return an amount as a plain number: without marks for thousands and with its unit's zeros.

    A last mark with one or two digits after it is the decimal one.
    """
    number = text.casefold().strip()
    if not number[0].isdigit():
        return " ".join(number.replace("-", " ").split())
    factor = next((one for one, pattern in _UNIT.items() if pattern.search(number)), 1)
    number = _UNIT[factor].sub("", number) if factor > 1 else number
    decimal = re.search(r"[.,](\d{1,2})$", number)
    whole = re.sub(r"\D", "", number[: decimal.start()] if decimal else number) or "0"
    return plain_amount(float(f"{whole}.{decimal[1] if decimal else 0}") * factor)
