"""The kinds of values that a setting may have, and how a field names its variables.

Each kind keeps its rule and the words that explain the rule side by side.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import getaddresses
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from comm_pipeline.settings.secret import MongoUri

_ADDRESS = re.compile(r"[^\s@<>,;]+@([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)")


@dataclass(frozen=True)
class Accepts:
    """What a value must be, to end the sentence "expected ..."."""

    words: str


@dataclass(frozen=True)
class Variable:
    """The environment variables of one field.

    ``names`` are all read; the first is preferred. ``default`` is given in words where the value
    alone would not explain it. ``mask`` makes a field a secret, which may then also be read from
    the file that ``<NAME>_FILE`` names.
    """

    names: tuple[str, ...]
    meaning: str
    unit: str = ""
    default: str = ""
    mask: Callable[[str], str] | None = None

    @property
    def file_names(self) -> tuple[str, ...]:
        """The variables that name a file which holds the value; only for secrets."""
        return tuple(f"{name}_FILE" for name in self.names) if self.mask else ()

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every variable that this field is read from, the preferred one first."""
        return self.names + self.file_names


def words_for(metadata: list[Any]) -> str:
    """Return what a field with this metadata accepts, in words."""
    return next(item.words for item in metadata if isinstance(item, Accepts))


def domain_of(sender: str) -> str:
    """Return the domain of ``Acme <hello@acme.example>``.

    A ``ValueError`` is raised if that is not exactly one address.
    """
    addresses = getaddresses([sender])
    match = _ADDRESS.fullmatch(addresses[0][1]) if len(addresses) == 1 else None
    if match is None or not sender.isprintable():
        raise ValueError("not one mail address")
    return match.group(1)


def _checked_sender(sender: str) -> str:
    domain_of(sender)
    return sender


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _checked_uri(uri: MongoUri) -> MongoUri:
    if not re.match(r"mongodb(\+srv)?://.", uri.get_secret_value()):
        raise ValueError("not a MongoDB URI")
    return uri


Count = Annotated[int, Field(ge=1), Accepts("a whole number, at least 1")]
CountOrZero = Annotated[int, Field(ge=0), Accepts("a whole number, at least 0")]
Factor = Annotated[float, Field(gt=0, allow_inf_nan=False), Accepts("a number above 0")]
Share = Annotated[float, Field(gt=0, le=1), Accepts("a number above 0 and at most 1")]
Port = Annotated[int, Field(ge=1, le=65535), Accepts("a port, 1 to 65535")]
Flag = Annotated[bool, Accepts("true or false")]
Names = Annotated[tuple[str, ...], BeforeValidator(_split), Accepts("names separated by commas")]
Folder = Annotated[Path, Accepts("the path of a folder")]
Text = Annotated[str | None, Accepts("text")]
Password = Annotated[SecretStr | None, Accepts("text")]
DatabaseName = Annotated[
    str,
    Field(pattern=r'^[^/\\. "$*<>:|?\x00]{1,63}$'),
    Accepts('a database name: 1 to 63 characters, none of / \\ . " $ * < > : | ? or a space'),
]
DatabaseUri = Annotated[
    Annotated[MongoUri, AfterValidator(_checked_uri)] | None,
    Accepts("mongodb://... or mongodb+srv://..."),
]
Host = Annotated[
    Annotated[str, Field(pattern=r"^([^\s/@:]+|[0-9A-Fa-f.]*(:[0-9A-Fa-f.]*){2,})$")] | None,
    Accepts("a host name or address, without scheme and port"),
]
Domain = Annotated[
    Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")] | None,
    Accepts("a domain such as acme.example"),
]
Sender = Annotated[
    Annotated[str, AfterValidator(_checked_sender)] | None,
    Accepts('one mail address such as "Acme <hello@acme.example>"'),
]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    BeforeValidator(_upper),
    Accepts("DEBUG, INFO, WARNING, ERROR or CRITICAL"),
]
LogFormat = Annotated[
    Literal["console", "json"], BeforeValidator(_lower), Accepts("console or json")
]
ServiceType = Annotated[Literal["worker"], BeforeValidator(_lower), Accepts("worker")]
ChannelName = Annotated[Literal["email", "log"], BeforeValidator(_lower), Accepts("email or log")]
Security = Annotated[
    Literal["starttls", "tls", "none"], BeforeValidator(_lower), Accepts("starttls, tls or none")
]
