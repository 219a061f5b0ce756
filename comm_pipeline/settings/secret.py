"""How secrets are shown: never. Only the harmless part of a MongoDB URI stays readable."""

import re
from urllib.parse import unquote

from pydantic import Secret

HIDDEN = "***"

_SCHEMES = ("mongodb://", "mongodb+srv://")
#: Query options whose values are credentials, by a part of their lower-case names.
_SECRET_OPTIONS = ("password", "authmechanismproperties", "token", "secret")
_OPTION = re.compile(r"(?<=[?&;])(?P<name>[^=&;]+)=[^&;]*")
#: Shorter pieces of a password would be found in the middle of other words: they count alone.
_SHORTEST_PIECE = 3
#: Where a parser may take a password apart that is not escaped as it must be.
_SIGNS = re.compile(r"[:/?#@&%\[\]]")


def mask_everything(_secret: str) -> str:
    """Show that there is a value, and nothing of it."""
    return HIDDEN


def mask_mongodb_uri(uri: str) -> str:
    """Show scheme, user and hosts of a connection string; hide what may be a password.

    Unescaped ``@`` and ``:`` in a password are frequent mistakes, so everything up to the last
    ``@`` counts as credentials. Text that is no MongoDB URI is hidden completely.
    """
    scheme = next((scheme for scheme in _SCHEMES if uri.startswith(scheme)), None)
    if scheme is None:
        return HIDDEN
    credentials, at, hosts = uri.removeprefix(scheme).rpartition("@")
    user, colon, _password = credentials.partition(":")
    shown_credentials = f"{user}:{HIDDEN}@" if colon else f"{user}{at}"
    return scheme + shown_credentials + _mask_options(hosts)


def secrets_in_uri(uri: str) -> set[str]:
    """Return what must not be seen of a connection string, as errors about it may repeat it.

    That is the whole, the password, and what the signs in it leave of it for a parser that takes
    it apart there: each piece between two of them, and all that comes after or before one.
    """
    credentials, at, hosts = uri.partition("://")[2].rpartition("@")
    _, colon, password = credentials.partition(":")
    hidden = {
        value
        for name, _, value in (one.partition("=") for one in hosts.partition("?")[2].split("&"))
        if any(part in name.lower() for part in _SECRET_OPTIONS)
    }
    if at and colon:
        hidden |= {uri, *_pieces_of(password), *_pieces_of(unquote(password))}
    return hidden - {""}


def _pieces_of(password: str) -> set[str]:
    signs = list(_SIGNS.finditer(password))
    heads = {password[: sign.start()] for sign in signs}
    tails = {password[sign.end() :] for sign in signs}
    return {password, *_SIGNS.split(password), *heads, *tails}


def without_uri_secrets(text: str, uri: str) -> str:
    """Return what an error says about a connection string, without what must not be seen of it."""
    secrets = sorted(secrets_in_uri(uri), key=lambda one: (-len(one), one))
    if not secrets:
        return text
    # Without regard to case: the driver takes what follows an @ for a host, in small letters.
    return re.sub("|".join(map(_as_pattern, secrets)), HIDDEN, text, flags=re.IGNORECASE)


def _as_pattern(secret: str) -> str:
    alone = len(secret) < _SHORTEST_PIECE
    return rf"(?<!\w){re.escape(secret)}(?!\w)" if alone else re.escape(secret)


def _mask_options(hosts: str) -> str:
    return _OPTION.sub(_masked_option, hosts)


def _masked_option(option: re.Match[str]) -> str:
    name = option["name"]
    is_secret = any(part in name.lower() for part in _SECRET_OPTIONS)
    return f"{name}={HIDDEN}" if is_secret else option[0]


class MongoUri(Secret[str]):
    """A MongoDB connection string that prints itself without its password."""

    def _display(self) -> str:
        return mask_mongodb_uri(self.get_secret_value())
