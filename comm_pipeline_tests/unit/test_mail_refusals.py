"""Why mail servers refuse, by what they say; and that a bounce is never our own fault."""

import pytest

from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.mail_refusals import RefusalCause, read_refusal
from comm_pipeline.mailbox.bounce_codes import bounce_kind

RECIPIENT, SENDER, RELAY, OTHER, UNSAID = RefusalCause
#: How Postfix begins that has asked the recipient's server.
UNDELIVERABLE = "5.1.1 <ada@example.com>: Recipient address rejected: undeliverable address:"

REFUSALS = [
    # Postfix
    ("5.1.1 <ada@example.com>: Recipient address rejected: User unknown in local table", RECIPIENT),
    ("5.1.2 <ada@example.com>: Recipient address rejected: Domain not found", RECIPIENT),
    ("5.1.8 <sales@acme.example>: Sender address rejected: Domain not found", SENDER),
    ("5.1.0 <sales@acme.example>: Sender address rejected: User unknown in local table", SENDER),
    ("5.7.1 <sales@acme.example>: Sender address rejected: not owned by user ada", SENDER),
    ("5.7.1 <ada@example.com>: Relay access denied", RELAY),
    ("5.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]", RELAY),
    ("5.7.1 <mail>: Helo command rejected: need fully-qualified hostname", RELAY),
    ("5.7.1 <ada@example.com>: Recipient address rejected: Access denied", OTHER),
    (f"{UNDELIVERABLE} host mx.example.com said: 554 5.7.1 Relay access denied", OTHER),
    (f"{UNDELIVERABLE} host mx.example.com said: 550 5.1.1 User unknown", RECIPIENT),
    # Exim
    ("relay not permitted", RELAY),
    ("Sender verify failed", SENDER),
    (
        "Verification failed for <sales@acme.example>\nNo Such User Here\nSender verify failed",
        SENDER,
    ),
    ("Unrouteable address", RECIPIENT),
    ("Administrative prohibition", UNSAID),
    ("Relaying to <ada@example.com> prohibited by administrator", RELAY),
    # Sendmail, qmail
    ("5.7.1 <ada@example.com>... Relaying denied. Proper authentication required.", RELAY),
    ("5.1.1 <ada@example.com>... User unknown", RECIPIENT),
    ("sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", RELAY),
    ("sorry, no mailbox here by that name. (#5.1.1)", RECIPIENT),
    # Exchange
    ("5.7.60 SMTP; Client does not have permissions to send as this sender", SENDER),
    ("5.2.252 SendAsDenied; sales@acme.example not allowed to send as b@acme.example", SENDER),
    ("5.7.54 SMTP; Unable to relay recipient in non-accepted domain", RELAY),
    ("5.4.1 Recipient address rejected: Access denied", RECIPIENT),
    ("5.7.1 RESOLVER.RST.AuthRequired; authentication required", OTHER),
    ("5.5.0 Requested action not taken: mailbox unavailable", RECIPIENT),
    # Services that relay
    ("The from address does not match a verified Sender Identity", SENDER),
    ("Message rejected: Email address is not verified. The following identities failed", SENDER),
    ("5.7.1 Invalid credentials for relay [192.0.2.1]", RELAY),
    ("Your account has been suspended for sending spam", RELAY),
    # Our account has sent enough, or may not.
    ("5.4.5 Daily user sending limit exceeded. For more information on limits", RELAY),
    ("5.1.90 Your message can't be sent because you've reached your daily limit", RELAY),
    ("5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", RELAY),
    ("5.7.501 Access denied, spam abuse detected", RELAY),
    ("5.7.708 Service unavailable. Access denied, traffic not accepted from this IP", RELAY),
    ("Access denied: User `arn` is not authorized to perform `ses:SendRawEmail`", RELAY),
    ("Domain mg.acme.example is not allowed to send: please activate your account", RELAY),
    # What one recipient wants is no fault of ours.
    ("5.7.1 Sender rejected by recipient", OTHER),
    ("5.2.1 Sender rejected by recipient's personal blocklist", OTHER),
    ("5.7.1 sender denied: recipient does not accept mail from external senders", OTHER),
    ("5.2.2 user's mailbox is over its daily quota for receiving", OTHER),
    # Yahoo
    ("5.7.9 Message not accepted for policy reasons", OTHER),
    ("delivery error: dd This user doesn't have a yahoo.com account", RECIPIENT),
    # Whatever the code, it is our reputation.
    ("5.7.1 Message blocked due to spam content", OTHER),
    ("5.1.1 Blocked using zen.spamhaus.example", OTHER),
    ("5.0.0 your IP is on a blacklist", OTHER),
    ("5.7.26 mail is unauthenticated: authentication required by DMARC", OTHER),
    # What an address is called says nothing.
    ("5.1.1 <blacklist@spam.example>: no", RECIPIENT),
    ("<no-such-user@example.com> refused", UNSAID),
    ("", UNSAID),
    ("5.0.0", UNSAID),
]


@pytest.mark.parametrize(("words", "cause"), REFUSALS)
def test_the_cause(words: str, cause: RefusalCause) -> None:
    assert read_refusal(words).cause is cause


@pytest.mark.parametrize(("words", "cause"), REFUSALS)
def test_a_report_of_the_same_words_is_read_alike(words: str, cause: RefusalCause) -> None:
    """But one that says nothing is for good: whoever reports has given the recipient up."""
    is_hard = bounce_kind("", f"550 {words}") is MailKind.HARD_BOUNCE
    assert is_hard is (cause in {RECIPIENT, UNSAID})


@pytest.mark.parametrize(
    ("words", "is_by_code"),
    [("5.1.1 nobody", True), ("no such user", False), ("5.0.0 no such user", False)],
)
def test_whether_a_code_says_so(words: str, is_by_code: bool) -> None:
    assert read_refusal(words).is_by_code is is_by_code


@pytest.mark.parametrize(
    "words", ["x" * 100_000, "sender " * 20_000, "user " * 20_000, "@" * 9_999]
)
def test_long_words_are_read_in_no_time(words: str) -> None:
    assert read_refusal(words).cause is UNSAID
