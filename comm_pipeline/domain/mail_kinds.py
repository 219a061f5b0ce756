"""What a mail that came in is, before anybody reads what it says.

| kind | what it is | is it a response? |
|---|---|---|
| genuine | written by a person, as far as can be told | yes |
| auto_reply | written by a program: receipts, tickets, newsletters, reports of success | never |
| out_of_office | written by a program because the person is away | never |
| hard_bounce | the mailbox does not exist; further mail will not arrive either | never |
| soft_bounce | not delivered, or not yet, for a reason that may pass | never |
| complaint | the person called our mail unwanted, at the mailbox provider | never |
| own | sent by ourselves, a copy of it came back | never |
"""

from enum import StrEnum


class MailKind(StrEnum):
    """The kinds of the table above."""

    GENUINE = "genuine"
    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"
    OWN = "own"

    @property
    def is_response(self) -> bool:
        """Whether a person has answered."""
        return self is MailKind.GENUINE
