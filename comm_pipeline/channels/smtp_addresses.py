"""Addresses as they stand in SMTP commands and headers.

Whether an address exists is for the server to say. Here only that it is one address, and nothing
that a command or header could be smuggled in with.
"""

import re
from email.utils import getaddresses
from typing import NamedTuple

import idna

# The characters of RFC 5322's dot-atom, and what RFC 6531 adds (but lone surrogates). Quoted local
# parts and comments are left out: nobody has them, and programs disagree on what they mean.
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\u00a1-\ud7ff\ue000-\U0010ffff-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?")


class UnusableAddressError(ValueError):
    """Something that is not one plain mail address."""


class Address(NamedTuple):
    """An address ready for the wire; only ``local_part`` may still hold non-ASCII characters."""

    local_part: str
    domain: str

    @property
    def spec(self) -> str:
        """``local@domain``."""
        return f"{self.local_part}@{self.domain}"

    @property
    def needs_smtputf8(self) -> bool:
        """Whether the server must know SMTPUTF8 for it."""
        return not self.local_part.isascii()


def address_of(text: str) -> Address:
    """Read one address, its domain punycoded if need be; raises UnusableAddressError."""
    local_part, at, domain = text.strip().rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local_part):
        raise UnusableAddressError(f"{text!r} is not a mail address")
    try:
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise UnusableAddressError(f"{text!r} has no valid domain: {error}") from None
    if not _DOMAIN.fullmatch(ascii_domain) or ".." in ascii_domain:
        raise UnusableAddressError(f"{text!r} has no valid domain")
    return Address(local_part, ascii_domain)


def sender_of(text: str) -> tuple[str, Address]:
    """Read ``Acme <hello@acme.example>`` into name and address; raises UnusableAddressError."""
    addresses = getaddresses([text])
    if len(addresses) != 1 or not text.isprintable():
        raise UnusableAddressError(f"{text!r} is not one mail address")
    name, spec = addresses[0]
    return name, address_of(spec)
