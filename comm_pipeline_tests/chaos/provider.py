"""What a mail server and a text service have got; it outlives every worker."""

from collections import Counter
from dataclasses import dataclass, field

from comm_pipeline_tests.chaos.life import GREYLISTED, MANAGER
from comm_pipeline_tests.chaos.view import Name, mail_name, text_name


@dataclass
class Provider:
    """``got`` counts messages to recipients, ``notices`` those to the manager, by their names."""

    got: Counter[Name] = field(default_factory=Counter)
    notices: Counter[Name] = field(default_factory=Counter)
    refused: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)

    def copy(self) -> "Provider":
        """Return what is remembered now, to go back to it later."""
        got, notices = Counter(self.got), Counter(self.notices)
        return Provider(got, notices, set(self.refused), set(self.keys))

    def refuses(self, address: str) -> bool:
        """Return whether an address is greylisted and has not been asked for before."""
        if not address.startswith(GREYLISTED) or address in self.refused:
            return False
        self.refused.add(address)
        return True

    def take_mail(self, address: str, message_id: str) -> None:
        """Accept a mail."""
        (self.notices if address == MANAGER else self.got)[mail_name(message_id)] += 1

    def take_text(self, number: str, text: str) -> None:
        """Accept a text message."""
        self.got[text_name(number, text)] += 1
