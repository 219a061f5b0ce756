"""Classes for campaign types, from the setting CAMPAIGN_TYPES and from entry points.

A class derives from CampaignManager and overrides ``evaluate_stage_progression``. Where both name
the same type, the setting counts.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.services.campaign_manager import CampaignManager
from comm_pipeline.settings.campaign_types import CampaignTypeClass

#: Where installed packages register their classes, under the name of the campaign type.
ENTRY_POINTS = "comm_pipeline.campaign_types"


def find_campaign_types(
    configured: Sequence[CampaignTypeClass],
) -> Mapping[str, type[CampaignManager]]:
    """Return the class of each campaign type that has one of its own.

    Raises InvalidSettingError that names the class that cannot be loaded or used.
    """
    installed = {
        entry.name: _checked(entry.load(), f"entry point {ENTRY_POINTS}: {entry.name}")
        for entry in _installed()
    }
    chosen = {one.type: _load(one) for one in configured}
    return {**installed, **chosen}


def own_campaign_types(configured: Sequence[CampaignTypeClass]) -> frozenset[str]:
    """Return the campaign types that have a class of their own; none of them is loaded."""
    return frozenset((*(entry.name for entry in _installed()), *(one.type for one in configured)))


@cache
def _installed() -> tuple[EntryPoint, ...]:
    """Look once a process: all packages are read for it, which takes longer than all the rest."""
    return tuple(entry_points(group=ENTRY_POINTS))


def _load(one: CampaignTypeClass) -> type[CampaignManager]:
    place = f"CAMPAIGN_TYPES: {one.type}={one.module}:{one.class_name}"
    try:
        found = getattr(import_module(one.module), one.class_name)
    except (ImportError, AttributeError) as error:
        raise InvalidSettingError(
            f"{place}: cannot be loaded ({error}); give an importable module and a class in it"
        ) from error
    return _checked(found, place)


def _checked(found: Any, place: str) -> type[CampaignManager]:
    if not isinstance(found, type) or not issubclass(found, CampaignManager):
        raise InvalidSettingError(
            f"{place}: is not a class derived from comm_pipeline.services.campaign_manager"
            ".CampaignManager"
        )
    return found
