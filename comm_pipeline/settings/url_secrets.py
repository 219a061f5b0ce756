"""Addresses of services without what may be secret in them: who logs in, and values of the query.

Scheme, host and path stay, so that one still sees which service is meant.
"""

import re
from typing import Final
from urllib.parse import unquote

from comm_pipeline.settings.secret import HIDDEN

#: Parts of the names of parameters whose values are secret wherever they stand.
_NAMED_SO: Final = r"(?:token|secret|passw|pwd|key|sig|auth|credential|hmac|session)"
_PLAIN_HOST: Final = re.compile(r"(?:[\w.-]*|\[[0-9A-Fa-f:.]*\])(?::\d*)?")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:)?//")
_PARAMETER: Final = re.compile(r"(?<=[?&;#])([^=&;#]*)=([^&;#]*)")
_NAMELESS: Final = re.compile(r"(?<=[?&;#])[^=&;#]+(?=[&;#]|$)")
#: Shorter ones would be found in the middle of other words, if no name says that they are secret.
_SHORTEST_NAMELESS: Final = 12
_MISPLACED: Final = re.compile(r"(?<=//).*@", re.DOTALL)
_CREDENTIALS: Final = re.compile(r"(?<=://)(?:[^\s/@]*:\S*|[^\s/@?#]+)@")
_SECRET_PARAMETER: Final = re.compile(
    rf"(?<=[?&;])([^=&;#\s\"'<>]*{_NAMED_SO}[^=&;#\s\"'<>]*)=[^&;#\s\"'<>]+", re.IGNORECASE
)


def mask_urls(text: str) -> str:
    """Show addresses, set apart by spaces, without credentials and without values of the query.

    What stands where an address belongs and is none is treated as if it had been meant as one.
    """
    return " ".join(map(_masked, text.split(" ")))


def mask_misplaced_urls(text: str) -> str:
    """Hide what may be secret of an address that was put where none belongs."""
    return _without_values(_MISPLACED.sub(f"{HIDDEN}@", text)) if "//" in text else text


def secrets_in_urls(text: str) -> set[str]:
    """Return what must not be seen of addresses, wherever another text repeats it."""
    hidden = set[str]()
    for url in text.split(" "):
        _, credentials, rest = _taken_apart(url)
        password = credentials.partition(":")[2]
        hidden |= {credentials, password, unquote(password)} if password else set()
        nameless = {*_NAMELESS.findall(rest), credentials}
        hidden |= {one for one in nameless if len(one) >= _SHORTEST_NAMELESS}
        for name, value in _PARAMETER.findall(rest):
            hidden.add(f"{name}={value}")
            if re.search(_NAMED_SO, name, re.IGNORECASE):
                hidden |= {value, unquote(value)}
    return hidden - {""}


def without_url_secrets(text: str) -> str:
    """Return any text without credentials and without secret parameters of the addresses in it."""
    if "://" not in text:
        return text
    return _SECRET_PARAMETER.sub(rf"\1={HIDDEN}", _CREDENTIALS.sub(f"{HIDDEN}@", text))


def _masked(url: str) -> str:
    scheme, credentials, rest = _taken_apart(url)
    shown = _without_values(rest)
    return f"{scheme}{HIDDEN}@{shown}" if credentials else f"{scheme}{shown}"


def _without_values(text: str) -> str:
    return _NAMELESS.sub(HIDDEN, _PARAMETER.sub(rf"\1={HIDDEN}", text))


def _taken_apart(url: str) -> tuple[str, str, str]:
    """Return scheme, credentials and the rest.

    Signs in a password that are not escaped as they must be would end it too early: unless what
    comes first can be nothing but a host, everything up to the last ``@`` counts as credentials.
    """
    if url.lower().startswith("mailto:"):
        return "", "", url
    found = _SCHEME.match(url)
    scheme = found[0] if found else ""
    rest = url.removeprefix(scheme)
    first = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" not in rest or _PLAIN_HOST.fullmatch(first):
        return scheme, "", rest
    credentials, _, host = rest.rpartition("@")
    if not scheme and ":" not in credentials:
        return "", "", rest  # a mail address
    return scheme, credentials, host
