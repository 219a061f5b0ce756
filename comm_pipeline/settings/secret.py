"""How secrets are shown: never. Only the harmless part of a MongoDB URI stays readable."""

import re
from urllib.parse import unquote

from pydantic import Secret

HIDDEN = "***"

_SCHEMES = ("mongodb://", "mongodb+srv://")
#: Query options whose values are credentials, by a part of their lower-case names.
_SECRET_OPTIONS = ("password", "authmechanismproperties", "token", "secret")
_OPTION = re.compile(r"(?<=[?&;])(?P<name>[^=&;]+)=[^&;]*")
#: Shorter pieces of a password would be found in the middle of other words.
_SHORTEST_PIECE = 3
#: Where a parser may take a password apart that is not escaped as it must be.
_SIGNS = re.compile(r"[:/?#@&%\[\]]")
_CREDENTIALS_IN_A_URL = re.compile(r"(?<=//).*@", re.DOTALL)


def mask_everything(_secret: str) -> str:
    """Show that there is a value, and nothing of it."""
    return HIDDEN


def mask_url_credentials(text: str) -> str:
    """Hide the user and password of a URL that was put where none belongs."""
    return _CREDENTIALS_IN_A_URL.sub(f"{HIDDEN}@", text)


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

    That is the whole, the password, and the pieces of it between the signs that take it apart.
    """
    credentials, at, hosts = uri.partition("://")[2].rpartition("@")
    _, colon, password = credentials.partition(":")
    hidden = {
        value
        for name, _, value in (one.partition("=") for one in hosts.partition("?")[2].split("&"))
        if any(part in name.lower() for part in _SECRET_OPTIONS)
    }
    if at and colon:
        hidden |= {uri, password, unquote(password), *_SIGNS.split(password)}
    return {one for one in hidden if len(one) >= _SHORTEST_PIECE}


def without_uri_secrets(text: str, uri: str) -> str:
    """Return what an error says about a connection string, without what must not be seen of it."""
    for secret in sorted(secrets_in_uri(uri), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


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
