"""The kinds of values that a setting may have.

Each kind keeps its rule and the words that explain the rule side by side.
"""

import re
from collections.abc import Callable
from email.utils import formataddr, getaddresses
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from comm_pipeline.domain.rate_limits import parse_domain_limits, parse_rate_limits, parse_warm_up
from comm_pipeline.domain.time_zones import zone_named
from comm_pipeline.settings.campaign_types import FORM, CampaignTypeClass, parse_campaign_types
from comm_pipeline.settings.secret import MongoUri
from comm_pipeline.settings.url_secrets import mask_urls
from comm_pipeline.settings.variable import Accepts, ShownAs

_ADDRESS = re.compile(r"[^\s@<>,;]+@([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)")
#: What else an address must be depends on the channel, which says so.
_URL = r"^https?://[!-~]+$"
_UNSUBSCRIBE_BY = (
    r"(mailto:[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]+@[A-Za-z0-9.-]+(\?[!-;=?-~]*)?|https://[!-;=?-~]+)"
)
_UNSUBSCRIBE = rf"^{_UNSUBSCRIBE_BY}( {_UNSUBSCRIBE_BY})?$"


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


def _split_senders(value: Any) -> Any:
    """Take addresses apart at the commas that are not part of a name."""
    if not isinstance(value, str):
        return value
    return tuple(formataddr(one) for one in getaddresses([value]))


def _checked_senders(senders: tuple[str, ...]) -> tuple[str, ...]:
    for sender in senders:
        domain_of(sender)
    return senders


def _checked_reply_to(address: str) -> str:
    before, key, _ = address.partition("{key}")
    if key and not before.endswith("+"):
        raise ValueError("the key does not follow a +")
    domain_of(address.replace("+{key}", "", 1))
    return address


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _parsed_types(value: Any) -> Any:
    return parse_campaign_types(value) if isinstance(value, str) else value


def _readable_by(parse: Callable[[str], object]) -> AfterValidator:
    """Check a text that is read later, where the rest of what it needs is known."""

    def check(text: str) -> str:
        parse(text)
        return text

    return AfterValidator(check)


def _checked_secret_url(url: SecretStr) -> SecretStr:
    if not re.fullmatch(_URL, url.get_secret_value()):
        raise ValueError("not an address")
    return url


def _checked_folder(folder: Path) -> Path:
    try:
        folder = folder.expanduser()
        # A folder that is not there yet is made when it is needed.
        is_file = any(part.exists() and not part.is_dir() for part in (folder, *folder.parents))
    except (RuntimeError, OSError) as error:  # nobody has that home, or it may not be looked at
        raise ValueError(str(error)) from error
    if is_file:
        raise ValueError("a file is there")
    return folder


def _checked_uri(uri: MongoUri) -> MongoUri:
    if not re.match(r"mongodb(\+srv)?://.", uri.get_secret_value()):
        raise ValueError("not a MongoDB URI")
    return uri


Count = Annotated[int, Field(ge=1), Accepts("a whole number, at least 1")]
CountOrZero = Annotated[int, Field(ge=0), Accepts("a whole number, at least 0")]
#: Longer ones reach beyond the calendar.
Seconds = Annotated[
    int, Field(ge=1, le=31_536_000), Accepts("a whole number, 1 to 31536000 (a year)")
]
Hours = Annotated[
    float, Field(gt=0, le=87_600), Accepts("a number above 0, at most 87600 (ten years)")
]
Timeout = Annotated[float, Field(gt=0, le=86_400), Accepts("a number above 0, at most 86400")]
Factor = Annotated[float, Field(gt=0, le=100), Accepts("a number above 0, at most 100")]
Price = Annotated[float, Field(ge=0, allow_inf_nan=False), Accepts("a number, at least 0")]
Share = Annotated[float, Field(gt=0, le=1), Accepts("a number above 0 and at most 1")]
Port = Annotated[int, Field(ge=1, le=65535), Accepts("a port, 1 to 65535")]
Flag = Annotated[bool, Accepts("true or false")]
Names = Annotated[tuple[str, ...], BeforeValidator(_split), Accepts("names separated by commas")]
Folder = Annotated[Path, AfterValidator(_checked_folder), Accepts("the path of a folder")]
Text = Annotated[str | None, Accepts("text")]
Password = Annotated[SecretStr | None, Accepts("text")]
SecretKey = Annotated[
    Annotated[SecretStr, Field(min_length=32)] | None,
    Accepts("a secret text of at least 32 characters"),
]
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
Senders = Annotated[
    tuple[str, ...],
    BeforeValidator(_split_senders),
    AfterValidator(_checked_senders),
    Accepts("mail addresses such as a@acme.example separated by commas"),
]
ReplyTo = Annotated[
    Annotated[str, AfterValidator(_checked_reply_to)] | None,
    Accepts("one mail address such as answers@acme.example or answers+{key}@acme.example"),
]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    BeforeValidator(_upper),
    Accepts("DEBUG, INFO, WARNING, ERROR or CRITICAL"),
]
LogFormat = Annotated[
    Literal["console", "json"], BeforeValidator(_lower), Accepts("console or json")
]
OnUnknown = Annotated[Literal["hold", "retry"], BeforeValidator(_lower), Accepts("hold or retry")]
ServiceType = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$"), Accepts("letters, digits, - and _, at most 40")
]
ChannelName = Literal["email", "sms", "whatsapp", "webhook", "chat", "log"]
ChannelChoice = Annotated[
    ChannelName, BeforeValidator(_lower), Accepts("email, sms, whatsapp, webhook, chat or log")
]
AnalyserName = Annotated[Literal["rules", "llm"], BeforeValidator(_lower), Accepts("rules or llm")]
ModelOutputMode = Annotated[
    Literal["tool", "json_schema", "prompt"],
    BeforeValidator(_lower),
    Accepts("tool, json_schema or prompt"),
]
Security = Annotated[
    Literal["starttls", "tls", "none"], BeforeValidator(_lower), Accepts("starttls, tls or none")
]
Url = Annotated[
    str,
    Field(pattern=_URL),
    Accepts("an address such as https://host/path"),
    ShownAs(mask_urls),
]
OptionalUrl = Annotated[
    Annotated[str, Field(pattern=_URL)] | None,
    Accepts("an address such as https://host/path"),
    ShownAs(mask_urls),
]
SecretUrl = Annotated[
    Annotated[SecretStr, AfterValidator(_checked_secret_url)] | None,
    Accepts("an address such as https://host/path"),
]
OptionalFile = Annotated[Path | None, Accepts("the path of a file")]
Unsubscribe = Annotated[
    Annotated[str, Field(pattern=_UNSUBSCRIBE)] | None,
    Accepts("mailto:stop@acme.example or https://acme.example/stop, or both"),
    ShownAs(mask_urls),
]
MailFolder = Annotated[str, Field(min_length=1), Accepts("the name of a folder")]
AfterReading = Annotated[
    str, Field(pattern=r"^(keep|seen|move:.+)$"), Accepts("keep, seen or move:FOLDER")
]
CampaignTypes = Annotated[
    tuple[CampaignTypeClass, ...], BeforeValidator(_parsed_types), Accepts(FORM)
]
RateLimit = Annotated[
    str,
    _readable_by(parse_rate_limits),
    Accepts("limits such as 10/second,5000/hour,2000/business-day"),
]
DomainRateLimits = Annotated[
    str,
    _readable_by(parse_domain_limits),
    Accepts("limits by domain such as gmail.com=100/hour,*=500/hour"),
]
WarmUp = Annotated[
    str,
    _readable_by(parse_warm_up),
    Accepts("whole numbers separated by commas such as 50,100,200"),
]
TimeZone = Annotated[str, _readable_by(zone_named), Accepts("a time zone such as Europe/Berlin")]
