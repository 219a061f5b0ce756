"""List-Unsubscribe (RFC 2369) and List-Unsubscribe-Post (RFC 8058)."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from comm_pipeline.channels.smtp_addresses import address_of

_MAILTO: Final = "mailto:"
#: Stands in an https address for the Message-ID, which tells the service whose mail it was.
_MESSAGE_ID: Final = "{message_id}"


class UnsubscribeHeaders:
    """The headers by which mail programs let people unsubscribe.

    One click is offered for an https address that holds ``{message_id}``: the service that it is
    posted to must know from the address alone who is meant.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        """Check the addresses; raises UnusableAddressError for a mailto: that is none."""
        for address in addresses:
            if address.startswith(_MAILTO):
                address_of(address.removeprefix(_MAILTO).partition("?")[0])
        self._addresses = ", ".join(f"<{address}>" for address in addresses)
        self._is_one_click = any(
            address.startswith("https:") and _MESSAGE_ID in address for address in addresses
        )

    def of(self, message_id: str) -> dict[str, str]:
        """Return the headers of a message."""
        if not self._addresses:
            return {}
        name = quote(message_id.strip("<>"), safe="")
        headers = {"List-Unsubscribe": self._addresses.replace(_MESSAGE_ID, name)}
        if self._is_one_click:
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers
