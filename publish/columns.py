"""The columns of a published figure and its key (SURFACE, Published tables)."""

KEY = (
    "kpi_id", "area_type", "area_code", "breakdown_type", "breakdown_code", "period_type", "period", "base_period",
    "basis", "caliber", "definition_version",
)  # fmt: skip
"""The key of a published figure."""

SAME = tuple(name for name in KEY if name not in ("caliber", "definition_version"))
"""What makes two figures the same one, revised: another caliber or version of the definition does not part them."""

CELL = ("area_type", "area_code", "breakdown_type", "breakdown_code")
"""Place and slice of a figure."""

COLUMNS = (
    "release_id", "kpi_id", "area_type", "area_code", "breakdown_type", "breakdown_code", "period_type", "period",
    "base_period", "basis", "caliber", "definition_version", "value", "numerator", "denominator", "unit", "obs_status",
    "conf_status", "vintage", "as_known_at", "window_start", "window_end", "building_set_id", "rule_version",
    "printed_zh", "printed_en", "note",
)  # fmt: skip
"""The columns of ``published.kpi_value``, in their order (SURFACE)."""
