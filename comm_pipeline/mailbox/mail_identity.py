"""By what a mail is known again, wherever and under whatever number it is found.

Not by folder and UID: both change when somebody moves it, or when the server numbers anew. And not
by Message-ID alone: broken programs use one for several mails. So it is the Message-ID together
with what its author wrote. What mail servers add on the way is left out, because a copy that came
another way is the same mail.
"""

import hashlib
from typing import Final

from comm_pipeline.mailbox.mime_headers import read_headers
from comm_pipeline.mailbox.mime_tree import split_headers

_AUTHORS_FIELDS: Final = ("message-id", "date", "from", "to", "subject")
#: Bytes of the body that count. Less than is fetched of a mail that is too large, so that it is the
#: same mail under another limit.
_BODY: Final = 65_536


def mail_identity(raw: bytes) -> str:
    """Return the id of a mail from its source: ``mail:`` and 64 hexadecimal digits."""
    block, body = split_headers(raw)
    headers = read_headers(block)
    digest = hashlib.sha256()
    for name in _AUTHORS_FIELDS:
        value = "".join(headers.get(name).split())
        digest.update(f"{name}:{value}\n".encode("utf-8", "replace"))
    digest.update(body[: 2 * _BODY].replace(b"\r\n", b"\n")[:_BODY].rstrip())
    return f"mail:{digest.hexdigest()}"
