"""Why a fault that slips is not stopped: what a gate would have to know."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {}
