"""Sources of mail, as they arrive."""

from collections.abc import Mapping

from comm_pipeline.mailbox.mail_kinds import OwnMail

OWN = OwnMail(frozenset({"sales@acme.example"}), "acme.example")
#: A Message-ID as ours are.
OUR_ID = f"<{'0123456789abcdef' * 2}01234567@acme.example>"


def a_mail(
    text: str = "Yes, let us talk.\r\n", headers: Mapping[str, str] | None = None, **more: str
) -> bytes:
    """Return a mail's source; keywords are headers, with "_" for "-"; an empty one is left out."""
    fields = {
        "From": "Ada Lovelace <ada@example.com>",
        "To": "Acme <sales@acme.example>",
        "Subject": "Re: A question",
        "Date": "Mon, 2 Mar 2026 10:00:00 +0100",
        "Message-ID": "<1@example.com>",
        **(headers or {}),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value]
    return "\r\n".join([*lines, "", text]).encode()


def a_multipart(subtype: str, *parts: str, headers: str = "") -> bytes:
    """Return a mail of several parts; each is given with its own headers."""
    body = "".join(f"--=_b\r\n{part}\r\n" for part in parts) + "--=_b--\r\n"
    content = f'multipart/{subtype}; boundary="=_b"{headers}'
    return a_mail(body, {"MIME-Version": "1.0", "Content-Type": content})


def a_part(content_type: str, text: str, **headers: str) -> str:
    """Return a part; keywords are its other headers, with "_" for "-"."""
    others = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"Content-Type: {content_type}", *others, "", text])


def a_bounce(
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <ada@example.com>: user unknown",
    action: str = "failed",
    original: str = OUR_ID,
) -> bytes:
    """Return a delivery status notification (RFC 3464) on one of our messages."""
    on_recipient = (
        "Reporting-MTA: dns; mx.example.com\r\n\r\n"
        "Final-Recipient: rfc822; Ada@example.com\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {diagnostic}\r\n"
    )
    source = a_multipart(
        "report",
        a_part("text/plain", "I am sorry to have to inform you"),
        a_part("message/delivery-status", on_recipient),
        a_part("message/rfc822", f"Message-ID: {original}\r\nTo: ada@example.com\r\n\r\nHello"),
        headers="; report-type=delivery-status",
    )
    return source.replace(b"Ada Lovelace <ada@example.com>", b"MAILER-DAEMON@mx.example.com", 1)
