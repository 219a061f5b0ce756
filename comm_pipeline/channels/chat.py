"""Messages to a chat, through an incoming webhook of Slack or of one that is compatible.

The webhook belongs to one chat channel, so whoever reads that gets the messages; the recipient's
address is not used.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.channels.delivery_statuses import Meaning
from comm_pipeline.channels.http_answers import is_success
from comm_pipeline.channels.http_channel import HttpChannel, UnsendableError, object_in
from comm_pipeline.channels.http_client import HttpAnswer, HttpRequest
from comm_pipeline.channels.http_config import ChatConfig
from comm_pipeline.domain.web_addresses import checked_url

#: Slack cuts longer texts off.
MOST_CHARACTERS: Final = 40_000
#: The control characters of Slack's texts: without this, "<!channel>" would call everybody.
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
#: What other chats read as a call, whatever the letters after it: "@channel", "@all", "@here" and
#: names of people (Mattermost, Rocket.Chat; "@everyone" in Discord). Not the @ of a mail address.
_MENTION: Final = re.compile(r"(?<![^\W_])@(?=\S)")
#: Stands after such an @: nobody sees it, and no chat takes it for a part of a name.
_NOT_A_NAME: Final = "@\N{ZERO WIDTH SPACE}"


class ChatChannel(HttpChannel):
    """Writes into one chat. Webhooks of chats have no idempotency keys."""

    name = "chat"
    accepts_idempotency_key = False
    settings = "CHAT_WEBHOOK_URL"

    def __init__(self, config: ChatConfig, clock: Callable[[], datetime]) -> None:
        """Open nothing yet; raises InvalidSettingError for an address that cannot be used."""
        url = config.url.get_secret_value()
        self._url = checked_url("CHAT_WEBHOOK_URL", url, allow_http=config.allow_http)
        super().__init__(config, url, _secret_parts(url), clock)

    async def check(self) -> str:
        """Reach the chat without writing; raises EnvironmentFailure that says what to do."""
        return await self._knock(self._url)

    def _request_for(self, message: ChannelMessage) -> HttpRequest:
        parts = (message.subject.strip(), message.text.strip())
        text = _harmless("\n\n".join(filter(None, parts)))
        if not text:
            raise UnsendableError("the message has neither subject nor text")
        if len(text) > MOST_CHARACTERS:
            raise UnsendableError(
                f"the text has {len(text):,} characters; the chat takes {MOST_CHARACTERS:,}"
            )
        document = {"text": text, "link_names": False}
        body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        return HttpRequest("POST", self._url, {"Content-Type": "application/json"}, body)

    def _translate(self, answer: HttpAnswer) -> SendResult:
        if not is_success(answer):
            return self._result(answer, self._meaning(answer))
        # Any web page can answer 200; only these words are a chat's.
        return self._result(
            answer, Meaning.ACCEPTED if _is_confirmation(answer) else Meaning.UNCLEAR
        )


def _harmless(text: str) -> str:
    """Return a text as it is read, in which nothing calls anybody."""
    return _MENTION.sub(_NOT_A_NAME, text.translate(_ESCAPES))


def _is_confirmation(answer: HttpAnswer) -> bool:
    document = object_in(answer)
    confirmed = True in (document.get("ok"), document.get("success"))
    return answer.is_complete and (confirmed or answer.text.strip() == "ok")


def _secret_parts(url: str) -> list[str]:
    """Return what must not be repeated: the address, and what of its path is long enough."""
    path = urlsplit(url).path.strip("/")
    return [url, *(part for part in (path, path.rpartition("/")[2]) if len(part) >= 8)]
