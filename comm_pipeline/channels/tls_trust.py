"""Which certificates are believed."""

import ssl
from pathlib import Path

from comm_pipeline.errors import EnvironmentFailure


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that checks certificates and names against ``ca_file``, else the system's.

    Takes some milliseconds of reading. Raises EnvironmentFailure if the file cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise EnvironmentFailure(
            f"The certificates to trust cannot be read from {ca_file}: {error}"
        ) from error
