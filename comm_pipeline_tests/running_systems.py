"""What a running system leaves in its home for other terminals, without its processes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from comm_pipeline.cli.home_lock import only_one
from comm_pipeline.cli.running_system import forgotten_at_end, tell
from comm_pipeline.settings import load_settings


@contextmanager
def a_running_system(home: Path, environ: Mapping[str, str]) -> Iterator[None]:
    """Hold the home for the block, as a system that has started with this environment."""
    with only_one(home), forgotten_at_end(home):
        tell(home, load_settings(environ))
        yield
