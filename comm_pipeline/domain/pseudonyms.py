"""What stands in the place of an address that was forgotten: a keyed hash of it (HMAC, RFC 2104).

The same address always has the same one, so that it is recognised; without the key nobody can tell
which address it was, not even by trying all that there are.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

#: How every pseudonym begins; no address does. It may stand in an id.
PREFIX: Final = "hmac_sha256_"
#: What is hashed to tell keys apart; no address has a colon.
_ABOUT_THE_KEY: Final = "comm_pipeline: key"


def is_pseudonym(text: str | None) -> bool:
    """Return whether something stands in the place of an address that was forgotten."""
    return text is not None and text.startswith(PREFIX)


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Pseudonyms under one secret key."""

    key: str = field(repr=False)

    def of(self, text: str) -> str:
        """Return the pseudonym of an address in its normal form, or of a name.

        That of a pseudonym is itself, so that forgetting again changes nothing.
        """
        return text if is_pseudonym(text) else PREFIX + self._digest(text)

    @property
    def key_id(self) -> str:
        """What tells this key from another, and nothing of the key itself."""
        return self._digest(_ABOUT_THE_KEY)[:16]

    def _digest(self, text: str) -> str:
        key, words = (one.encode("utf-8", "replace") for one in (self.key, text))
        return hmac.new(key, words, hashlib.sha256).hexdigest()
