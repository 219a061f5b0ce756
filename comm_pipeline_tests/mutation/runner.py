"""Running the tests of a module against a mutant, in a forked process.

The parent loads the libraries and the project; each child forgets what depends on the module, and
loads that again with the module's source replaced.
"""

import contextlib
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import pkgutil
import signal
import sys
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

import grimp

import comm_pipeline.domain

#: What forked processes need not load again.
_LIBRARIES: Final = (
    *("pytest", "hypothesis.stateful", "_hypothesis_pytestplugin", "anyio.pytest_plugin"),
    *("anyio._backends._asyncio", "pytest_timeout", "jinja2.sandbox", "structlog", "phonenumbers"),
    *("holidays", "email_validator", "re2", "comm_pipeline.storage.repositories"),
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
    for found in pkgutil.iter_modules(comm_pipeline.domain.__path__, "comm_pipeline.domain."):
        importlib.import_module(found.name)
    _imports()
    gc.freeze()  # children need not look for garbage in it


def fate_of(module: str, source: str, rounds: Sequence[Sequence[Path]], limit_seconds: int) -> Fate:
    """Return what becomes of ``module`` with another source under rounds of tests."""
    child = os.fork()
    if child == 0:
        _forget(module)
        os._exit(_run(module, source, rounds, limit_seconds))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Fate.TIMED_OUT
    return Fate.SURVIVED if os.WEXITSTATUS(status) == 0 else Fate.KILLED


def _forget(module: str) -> None:
    """Have a module, and all that imports it, loaded anew by whoever imports them next."""
    for name in {module} | _imports().find_downstream_modules(module):
        sys.modules.pop(name, None)


@lru_cache(maxsize=1)
def _imports() -> grimp.ImportGraph:
    """Return which modules import which."""
    return grimp.build_graph("comm_pipeline", cache_dir=None)


def _run(module: str, source: str, rounds: Sequence[Sequence[Path]], limit_seconds: int) -> int:
    import pytest  # noqa: PLC0415 - loaded by the parent

    signal.alarm(limit_seconds)  # which ends the process
    sys.meta_path.insert(0, _Replaced(module, source))
    arguments = ["-q", "-x", "--no-header", "--tb=no", "--assert=plain"]
    arguments += ["-p", "no:cacheprovider", "-p", "no:xdist"]
    arguments += ["--hypothesis-profile=mutation"]
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        with contextlib.suppress(BaseException):
            if all(pytest.main([*arguments, *map(str, tests)]) == 0 for tests in rounds):
                return 0
    return _KILLED_BY_A_TEST
