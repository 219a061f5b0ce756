"""Running the tests of a module against a mutant, in a forked process.

The parent loads the libraries and none of this project; each child loads the project with one
module's source replaced.
"""

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

#: What the project's modules import and forked processes need not load again.
_LIBRARIES: Final = (
    *("pytest", "hypothesis.stateful", "_hypothesis_pytestplugin", "anyio", "pydantic", "pymongo"),
    *("jinja2.sandbox", "structlog", "phonenumbers", "holidays", "email_validator", "re2"),
)
_KILLED_BY_A_TEST: Final = 1


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


class _Replaced(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds one module, with another source."""

    def __init__(self, name: str, source: str) -> None:
        self._name = name
        self._source = source

    def find_spec(
        self, fullname: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname != self._name:
            return None
        return importlib.util.spec_from_loader(fullname, self)

    def get_source(self, fullname: str) -> str:
        del fullname
        return self._source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, f"<mutant of {fullname}>", "exec")


def load_libraries() -> None:
    """Load what all children need."""
    for name in _LIBRARIES:
        importlib.import_module(name)


def fate_of(module: str, source: str, tests: Sequence[Path], limit_seconds: int) -> Fate:
    """Return what becomes of ``module`` with another source under the tests."""
    child = os.fork()
    if child == 0:
        os._exit(_run(module, source, tests, limit_seconds))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Fate.TIMED_OUT
    return Fate.SURVIVED if os.WEXITSTATUS(status) == 0 else Fate.KILLED


def _run(module: str, source: str, tests: Sequence[Path], limit_seconds: int) -> int:
    import pytest  # noqa: PLC0415 - loaded by the parent

    signal.alarm(limit_seconds)  # which ends the process
    sys.meta_path.insert(0, _Replaced(module, source))
    arguments = ["-q", "-x", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"]
    # The libraries' own plugins were loaded before pytest could rewrite them.
    arguments += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    arguments += ["--hypothesis-profile=mutation", *map(str, tests)]
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        with contextlib.suppress(BaseException):
            return int(pytest.main(arguments))
    return _KILLED_BY_A_TEST
