"""How secrets are shown: never. Only the harmless part of a MongoDB URI stays readable."""

import re

from pydantic import Secret

HIDDEN = "***"

_SCHEMES = ("mongodb://", "mongodb+srv://")
#: Query options whose values are credentials, by a part of their lower-case names.
_SECRET_OPTIONS = ("password", "authmechanismproperties", "token", "secret")
_OPTION = re.compile(r"(?<=[?&;])(?P<name>[^=&;]+)=[^&;]*")
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
