"""What the SMTP channel needs to know about its server and about us."""

import re
from base64 import b64encode
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from comm_pipeline.settings.secret import HIDDEN


class SmtpConfig(BaseModel):
    """Where and as whom mail is handed over.

    ``sender`` is one address, with or without a name, and so is each of ``more_senders``: a
    conversation has one of them. ``message_id_domain`` also is the name by which we greet the
    server. ``timeout_seconds`` holds for every single answer. ``ca_file`` names certificates to
    trust in place of the system's. ``unsubscribe`` are the addresses of List-Unsubscribe.
    ``reply_to`` is where answers go, if not to the sender; ``{key}`` in it stands for the key of
    the message.
    """

    model_config = ConfigDict(frozen=True)

    host: str
    port: int = 587
    username: str | None = None
    password: SecretStr | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str
    more_senders: tuple[str, ...] = ()
    message_id_domain: str
    timeout_seconds: float = Field(default=30.0, gt=0)
    connections: int = Field(default=4, ge=1)
    ca_file: Path | None = None
    unsubscribe: tuple[str, ...] = ()
    reply_to: str | None = None

    @property
    def senders(self) -> tuple[str, ...]:
        """Every sender, each once."""
        return tuple(dict.fromkeys((self.sender, *self.more_senders)))

    @property
    def server(self) -> str:
        """Host and port, as error messages name them."""
        return f"{self.host}:{self.port}"

    def without_password(self, words: str) -> str:
        """Return the server's words; if they repeat the password, as it is or encoded, without."""
        password = self.password.get_secret_value() if self.password else ""
        if not password:
            return words
        for login in (f"\0{self.username}\0{password}", password):  # AUTH PLAIN and AUTH LOGIN
            words = words.replace(b64encode(login.encode()).decode(), HIDDEN)
        return words.replace(password, HIDDEN)

    def without_login(self, words: str) -> str:
        """Return the server's words on our login, without user name and password."""
        words = self.without_password(words)
        if not self.username:
            return words
        return re.sub(rf"(?<!\w){re.escape(self.username)}(?!\w)", HIDDEN, words)
