"""What reading an IMAP inbox needs to know about its server."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

_MOVE = "move:"


class ImapConfig(BaseModel):
    """Where and as whom mail is fetched.

    ``after_reading`` says what becomes of a mail once it is stored: ``keep`` changes nothing,
    ``seen`` flags it as read, ``move:FOLDER`` moves it. Of a mail larger than ``largest_bytes``,
    only its first ``first_part_bytes`` are fetched. ``timeout_seconds`` holds for every single
    answer. ``ca_file`` names certificates to trust in place of the system's.
    """

    model_config = ConfigDict(frozen=True)

    host: str
    port: int = 993
    security: Literal["ssl", "starttls", "none"] = "ssl"
    username: str
    password: SecretStr
    folder: str = Field(default="INBOX", min_length=1)
    timeout_seconds: float = Field(default=30.0, gt=0)
    after_reading: Annotated[str, Field(pattern=r"^(keep|seen|move:.+)$")] = "keep"
    largest_bytes: int = Field(default=10_000_000, ge=1)
    first_part_bytes: int = Field(default=262_144, ge=1)
    ca_file: Path | None = None

    @property
    def server(self) -> str:
        """Host and port, as error messages name them."""
        return f"{self.host}:{self.port}"

    @property
    def name(self) -> str:
        """Account and folder: one position is kept for each."""
        return f"{self.username}@{self.server}/{self.folder}"

    @property
    def move_to(self) -> str | None:
        """The folder that stored mail is moved to, or None."""
        moves = self.after_reading.startswith(_MOVE)
        return self.after_reading.removeprefix(_MOVE) if moves else None
