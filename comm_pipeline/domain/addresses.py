"""E-mail addresses in the one form in which they are stored, compared and suppressed.

The whole address is lower case: no provider in use tells local parts apart by case, and someone who
said stop must not be written to because of a capital letter.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email

from comm_pipeline.errors import InvalidInputError

#: Addresses that need no closer look, because every mail system takes them; most are like this.
_PLAIN: Final = re.compile(
    r"[a-z0-9][a-z0-9_-]*(?:[.+][a-z0-9_-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}"
)


def normalise_email(address: object) -> str:
    """Return the normal form of an address.

    Raises InvalidInputError that says what is wrong with it. Whether the mailbox exists is not
    asked.
    """
    if not isinstance(address, str) or not address.strip():
        raise InvalidInputError("contact_info.email: is missing")
    plain = address.strip().lower()
    if len(plain) <= 64 and _PLAIN.fullmatch(plain):
        return plain
    try:
        checked = validate_email(plain, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidInputError(f"contact_info.email: {error} (given: {address!r:.100})") from error
    return checked.normalized.lower()


def address_of(contact_info: Mapping[str, Any]) -> str:
    """Return the normal form of a recipient's e-mail address.

    Raises InvalidInputError if there is none that can be used.
    """
    return normalise_email(contact_info.get("email"))
