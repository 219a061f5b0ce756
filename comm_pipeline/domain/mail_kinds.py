"""What a message that came in is: by how it was sent, or by what it says.

| kind | what it is | is it a response? |
|---|---|---|
| genuine | written by a person, as far as can be told | yes |
| auto_reply | written by a program: receipts, tickets, newsletters, reports of success | never |
| out_of_office | written by a program because the person is away | never |
| hard_bounce | the mailbox does not exist; further mail will not arrive either | never |
| soft_bounce | not delivered, or not yet, for a reason that may pass | never |
| complaint | the person called our mail unwanted, at the mailbox provider | never |
| opt_out | the person wants no more messages; told by the words, or by whoever writes it | yes |
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
    OPT_OUT = "opt_out"
    OWN = "own"

    @property
    def is_response(self) -> bool:
        """Whether a person has answered."""
        return self in {MailKind.GENUINE, MailKind.OPT_OUT}

    @property
    def can_take_effect(self) -> bool:
        """Whether it has an effect on anything; our own mail has none."""
        return self is not MailKind.OWN

    @property
    def is_report(self) -> bool:
        """Whether it tells what became of a message of ours."""
        return self in {MailKind.HARD_BOUNCE, MailKind.SOFT_BOUNCE, MailKind.COMPLAINT}
