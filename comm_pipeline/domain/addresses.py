"""Addresses in the one form in which they are stored, compared and suppressed.

The whole address is lower case: no provider in use tells local parts apart by case, and someone who
said stop must not be written to because of a capital letter. An international domain is in Unicode:
mail brings it in ASCII ("xn--"), whichever of the two the person was written to by.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from comm_pipeline.domain.channel_choice import AddressKind, address_for, kind_of
from comm_pipeline.errors import InvalidInputError

#: Addresses that need no closer look, because every mail system takes them; most are like this.
_PLAIN: Final = re.compile(
    r"[a-z0-9][a-z0-9_-]*(?:[.+][a-z0-9_-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}"
)
#: How the parts of a domain begin that stand for others, in Unicode (RFC 5890, A-labels).
_ENCODED: Final = "xn--"

#: A phone number as providers and replies by SMS give it, and what people put between its digits.
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_SPACING: Final = re.compile(r"[\s().-]")


def normalise_email(address: object) -> str:
    """Return the normal form of an address.

    Raises InvalidInputError that says what is wrong with it. Whether the mailbox exists is not
    asked.
    """
    if not isinstance(address, str) or not address.strip():
        raise InvalidInputError("contact_info.email: is missing")
    plain = address.strip().lower()
    is_plain = len(plain) <= 64 and _PLAIN.fullmatch(plain) is not None
    if is_plain and _ENCODED not in plain:
        return plain
    try:
        return _checked(plain).normalized.lower()
    except EmailNotValidError as error:
        if is_plain:  # older rules allowed names that those of today do not, such as emoji
            return plain
        raise InvalidInputError(f"contact_info.email: {error} (given: {address!r:.100})") from error


def forms_of(address: str) -> tuple[str, ...]:
    """Return an address in each form in which it may be stored: as it is first.

    Entries of others, and older ones of ours, may hold an international domain in ASCII.
    """
    domain = address.rpartition("@")[2]
    if domain.isascii() and _ENCODED not in domain:
        return (address,)
    try:
        checked = _checked(address)
    except EmailNotValidError:
        return (address,)
    in_ascii = f"{checked.local_part}@{checked.ascii_domain}"
    return tuple(dict.fromkeys((address, checked.normalized.lower(), in_ascii.lower())))


def _checked(address: str) -> ValidatedEmail:
    return validate_email(address, check_deliverability=False, test_environment=True)


def normalise_address(address: object) -> str:
    """Return the normal form of an e-mail address or of a phone number in the international form.

    Raises InvalidInputError if it is neither.
    """
    if isinstance(address, str):
        digits = _SPACING.sub("", address.strip().removeprefix("whatsapp:"))
        if _PHONE.fullmatch(digits):
            return digits
    return normalise_email(address)


def address_of(contact_info: Mapping[str, Any]) -> str:
    """Return the normal form of a recipient's e-mail address.

    Raises InvalidInputError if there is none that can be used.
    """
    return normalise_email(contact_info.get("email"))


class KnownAddresses(NamedTuple):
    """How a recipient can be reached; ``main`` is the address that the recipient is known by."""

    main: str
    email: str | None
    phone: str | None


def known_addresses(
    contact_info: Mapping[str, Any], phone: str | None, channels: Sequence[str]
) -> KnownAddresses:
    """Return the addresses of a recipient who is written to by ``channels``, the first preferred.

    ``phone`` is the usable number that the contact data hold, in E.164. The main address is the one
    that the first possible channel takes. Raises InvalidInputError if no channel has any.
    """
    problem: InvalidInputError | None = None
    try:
        email = address_of(contact_info)
    except InvalidInputError as error:
        email, problem = None, error
    for channel in channels:
        main = address_for(channel, email, phone)
        if main is not None:
            return KnownAddresses(main, email, phone)
    kinds = {kind_of(channel) for channel in channels}
    by_phone = "contact_info.phone: is missing, or no number that can exist"
    if kinds == {AddressKind.PHONE} or problem is None:
        raise InvalidInputError(f"{by_phone}; the channels are {', '.join(channels)}")
    if AddressKind.PHONE in kinds or AddressKind.ANY in kinds:
        raise InvalidInputError(f"{problem}; {by_phone}")
    raise problem
