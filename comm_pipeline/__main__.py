"""``comm-pipeline``, and ``python -m comm_pipeline``."""

import sys
from typing import Final

#: The exit code that shells give to what Ctrl-C has ended.
_INTERRUPTED: Final = 130


def main() -> None:
    """Run the command line; Ctrl-C ends it quietly, also while its parts are still loaded."""
    try:
        from comm_pipeline.cli.main import cli  # noqa: PLC0415 - Ctrl-C may come meanwhile

        cli(prog_name="comm-pipeline")
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
