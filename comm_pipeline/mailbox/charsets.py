"""Bytes of a mail as text, whatever their label claims. Never raises."""

import codecs
import re
from typing import Final

#: Codecs that text in mail is written in. Everything else that Python could decode stays out:
#: UTF-7 hides text from filters, and punycode and escapes were never meant for it.
_ALLOWED: Final = re.compile(
    r"(utf-?(8|16|32)(-?sig|-?[bl]e)?|iso-?8859-?\d{1,2}|latin-?\d{1,2}|(windows|cp)-?\d{3,4}"
    r"|koi8-[rtu]|gb18030|gbk|big5(-?hkscs)?|euc-?(jp|kr|jis-2004)|shift-?jis|iso-?2022-?(jp|kr)"
    r"(-?\d|-ext)?|hz|johab|tis-620|mac-?(roman|cyrillic|greek|latin2|turkish)|ptcp154|kz1048)"
)
#: Labels whose text is written in a larger set, as browsers and mail programs know.
_REALLY: Final = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "hz-gb-2312": "hz",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "cp-850": "cp850",
}
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_END: Final = re.compile("\r\n?")


def decode_bytes(data: bytes, label: str | None) -> str:
    """Return the text of bytes that say they are written in ``label``.

    A wrong label is seen where the bytes do not fit: UTF-8 is tried next, then windows-1252.
    """
    codec = _codec(label)
    for candidate in dict.fromkeys((codec, "utf-8")):
        try:
            return data.decode(candidate)
        except UnicodeError:
            continue
    return _by_force(data, codec)


def clean_text(text: str) -> str:
    """Return text without null bytes, control characters and lone surrogates; lines end in LF."""
    return _NOT_TEXT.sub("", _LINE_END.sub("\n", text))


def _codec(label: str | None) -> str:
    name = (label or "").strip().strip("\"'").lower()
    name = _REALLY.get(name, name)
    plain = name.replace("_", "-")
    if len(plain) >= 30 or not _ALLOWED.fullmatch(plain):
        return "utf-8"
    try:
        return codecs.lookup(plain).name
    except LookupError:
        return "utf-8"


def _by_force(data: bytes, codec: str) -> str:
    """Decode what fits no label."""
    if codec != "utf-8":
        return data.decode(codec, "replace")
    replaced = data.decode("utf-8", "replace")
    # A few wrong bytes are damage; many are another charset.
    others = sum(letter > "\x7f" for letter in replaced)
    if replaced.count("�") * 4 < others:
        return replaced
    return data.decode("cp1252", "replace")
