"""Rows that an older key hid, brought up to the newest without the raw files (SPEC 4.1; common.keys)."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from common.contracts import Feed
from common.deliveries import Report, write_report
from common.files import in_place_of
from common.keys import Pseudonymiser

_HIDDEN = ("person", "free_text", "code", "taxpayer", "credit_code")
"""The types of columns in which a pseudonym can stand."""

_VERSION = "-k"


def keyed(parse_key: str, pseudonymise: Pseudonymiser) -> str:
    """Return the parse key of rows that the newest version of a key hid."""
    code, _, _ = parse_key.partition(_VERSION)
    return code if pseudonymise.version == 1 else f"{code}{_VERSION}{pseudonymise.version}"


def is_same_code(one: str, other: str) -> bool:
    """Tell whether two parse keys differ at most in the version of the key."""
    return one.partition(_VERSION)[0] == other.partition(_VERSION)[0]


def _version(parse_key: str) -> int:
    return int(parse_key.partition(_VERSION)[2] or 1)


def lifted(path: Path, feed: Feed, report: Report, pseudonymise: Pseudonymiser) -> Report:
    """Make every pseudonym of a delivery's rows, in the file ``path``, one of the newest version; harmless to repeat.

    Rows of a version that the key file does not hold stay as they are. The report is written last, so what a crash
    leaves undone is done by the next run.
    """
    wanted = keyed(report.parse_key, pseudonymise)
    if report.parse_key == wanted or _version(report.parse_key) not in pseudonymise.sealing_keys:
        return report
    rows = pl.read_parquet(path, hive_partitioning=False)
    hidden = [column.name for column in feed.stored if column.type in _HIDDEN]
    given = {value for name in hidden for value in rows[name].unique().drop_nulls() if value.startswith("P")}
    newest = {value: pseudonymise.lift(value) for value in given}
    with in_place_of(path) as fresh:
        rows.with_columns(pl.col(hidden).replace(newest)).write_parquet(fresh)
    renewed = replace(report, parse_key=wanted)
    write_report(renewed, path)
    return renewed
