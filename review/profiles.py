"""What a delivery holds in sum, so that it can be compared with others: values by frequency, rows by identity."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import polars as pl

from common.contracts import Column, feeds
from review.landed import Landed

IDENTITY: Mapping[str, tuple[str, ...]] = {
    "B01": ("building_code",), "O01": ("building_name", "unit_no", "uscc", "enterprise_name", "moved_in_on"),
    "G01": ("org_type", "name"), "G02": ("building_name", "org_name", "valid_from"), "G03": ("person_id_no", "station"),
    "N01": ("need_id",), "N02": ("resource_id",), "N03": ("project_id",), "R02": ("uscc", "exchange"),
}  # fmt: skip
"""What tells the rows of a snapshot apart for as long as the thing itself lasts."""

NUMBERS: Mapping[str, tuple[str, ...]] = {
    "T01": ("voucher_no",), "H01": ("ticket_no",), "M01": ("meeting_id",), "P01": ("appeal_id",),
    "A01": ("activity_id",), "V01": (),
}  # fmt: skip
"""What numbers the rows of a feed: rows that differ in nothing else are copies of each other."""

MATTERS: Mapping[str, str] = {"M02": "meeting_id", "A02": "activity_id"}
"""What rows of a feed are about together: who is called to one meeting comes at one time, so that is told once."""

_PARTS: Mapping[str, tuple[str, str]] = {"O01": ("building_name", "enterprise_name")}
_PART_ROWS, _PART_KEPT = 10, 0.2
"""A building with so many tenants does not lose nearly all of them within a month."""

TAX_KEYS = ["uscc", "tax_type"]
_PLACES = ("street_name", "unit_lv1")
_COUNTED = ("enum", "boolean")
_FILLED = ("date", "month", "timestamp", "credit_code", "taxpayer")
_KEPT_TYPES = ("enum", "boolean", "date", "month", "integer", "decimal", "money", "area", "rent", "credit_code", "code")


def once(landed: Landed, key: tuple[object, ...], work: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Work something out about a delivery the first time that it is asked for."""
    known = landed.worked_out
    if key not in known:
        known[key] = work()
    return known[key]


def mix(landed: Landed) -> pl.DataFrame:
    """Return how many rows have each value: column, value (None where empty), rows, of how many, share.

    Of a time it tells the part of the day, once for each matter, of other values without end only whether there is one.
    """
    return once(landed, ("mix",), lambda: _mix(landed))


def _mix(landed: Landed) -> pl.DataFrame:
    columns, matter = _categories(landed.delivery.feed), MATTERS.get(landed.delivery.feed)
    names = [column.name for column in columns if column.name != matter]
    rows = landed.rows(*names, *([matter] if matter else [])).lazy()
    once_each = rows.unique(matter, keep="first", maintain_order=True) if matter else rows
    counted = [
        (once_each if column.type == "timestamp" else rows)
        .select(_category(column).alias("value")).group_by("value").len("rows").select(
            pl.lit(column.name).alias("column"), "value", pl.col("rows").cast(pl.Int64),
            pl.col("rows").sum().cast(pl.Int64).alias("of"), (pl.col("rows") / pl.col("rows").sum()).alias("share"),
        )
        for column in columns
    ]  # fmt: skip
    return pl.concat(counted).collect()


@cache
def _categories(feed: str) -> Sequence[Column]:
    """Return the columns with few values, and those of which it matters whether they are filled."""
    known = feeds()[feed]
    listed = (*_COUNTED, *_FILLED)
    return [
        one for one in known.stored
        if (one.type in listed or one.name in (*_PLACES, "place")) and not one.may_be_future
        and known.class_of(one) != "S4"
    ]  # fmt: skip


def _category(column: Column) -> pl.Expr:
    if column.type == "boolean":
        # offices leave out a no
        return pl.col(column.name).cast(pl.Boolean).fill_null(False).cast(pl.String)
    if column.type == "enum" or column.name in _PLACES:
        return pl.col(column.name).cast(pl.String)
    if column.type == "timestamp":
        # the part of the day, which a time zone shifts
        hour = pl.col(column.name).cast(pl.Datetime("us")).dt.hour() // 6 * 6
        return pl.format("{}–{}h", hour, hour + 6)
    return pl.when(pl.col(column.name).is_not_null()).then(pl.lit("…"))


def drift(earlier: Landed, later: Landed) -> pl.DataFrame:
    """Return what changed between two snapshots: what, rows, share.

    ``#gone`` and ``#come`` are rows without their like in the other, of the earlier rows; ``#part`` those gone of
    buildings of which hardly any row is left; a column's name stands for the rows of both whose value in it differs,
    of those that are in both.
    """
    return once(later, ("drift", earlier), lambda: _drift(earlier, later))


def _drift(earlier: Landed, later: Landed) -> pl.DataFrame:
    feed = later.delivery.feed
    keys = list(IDENTITY.get(feed, later.feed.key))
    columns = [
        one.name for one in later.feed.stored
        if one.name not in keys and (one.type in _KEPT_TYPES or one.name in (*_PLACES, "building_name", "station"))
    ]  # fmt: skip
    old, new = (one.rows(*keys, *columns).unique(keys, keep="first") for one in (earlier, later))
    both = old.join(new, on=keys, nulls_equal=True, suffix="_new")
    size = max(old.height, 1)
    counts = {"#gone": old.height - both.height, "#come": new.height - both.height}
    if feed in _PARTS:
        counts["#part"] = _emptied(old, new, keys, *_PARTS[feed])
    shares = {name: count / size for name, count in counts.items()}
    if columns and both.height:
        differ = both.select(
            (~pl.col(name).eq_missing(pl.col(f"{name}_new"))).sum().alias(name) for name in columns
        ).row(0, named=True)  # fmt: skip
        counts |= differ
        shares |= {name: count / both.height for name, count in differ.items()}
    return pl.DataFrame(
        [(name, counts[name], shares[name]) for name in counts],
        schema={"what": pl.String, "rows": pl.Int64, "share": pl.Float64}, orient="row",
    )  # fmt: skip


def _emptied(old: pl.DataFrame, new: pl.DataFrame, keys: Sequence[str], part: str, member: str) -> int:
    """Count the rows gone of parts that are left with hardly any, unless their members are in a part of a new name."""
    kept = new.select(*keys, pl.lit(True).alias("is_kept"))
    named_anew = new.join(old, on=part, how="anti").select(member, pl.lit(True).alias("is_moved")).unique()
    of_part = (
        old.join(kept, on=keys, how="left", nulls_equal=True)
        .join(named_anew, on=member, how="left")
        .group_by(part)
        .agg(pl.len().alias("rows"), (pl.col("is_kept") | pl.col("is_moved")).fill_null(False).sum().alias("left"))
    )
    lost = of_part.filter((pl.col("rows") >= _PART_ROWS) & (pl.col("left") < _PART_KEPT * pl.col("rows")))
    return sum(rows - left for rows, left in lost.select("rows", "left").iter_rows())


def twins(landed: Landed, kind: str, earlier: Landed | None = None) -> int:
    """Count the rows that repeat another row in everything but their number, or with ``kind`` day but those and days.

    The other row stands in the same list, or in an ``earlier`` one. Versions of tickets are told of again by nature.
    """
    if kind == "day" and landed.feed.kind != "PERIOD_REPLACE":
        return 0
    found = once(landed, ("twins", kind, earlier), lambda: pl.DataFrame({"rows": [_twins(landed, kind, earlier)]}))
    return int(found["rows"][0])


def _twins(landed: Landed, kind: str, earlier: Landed | None) -> int:
    own = _likenesses(landed, kind)
    if earlier is None:
        return own.len() - own.n_unique()
    return int(own.is_in(_likenesses(earlier, kind).unique().implode()).sum())


def _likenesses(landed: Landed, kind: str) -> pl.Series:
    """Return a hash of each row without what tells twins apart."""
    left_out = {*NUMBERS[landed.delivery.feed]}
    if kind == "day":
        left_out |= {one.name for one in landed.feed.stored if one.type in ("date", "month", "timestamp")}
    columns = [one.name for one in landed.feed.stored if one.name not in left_out]
    hashed = once(landed, ("likenesses", kind), lambda: landed.rows(*columns).hash_rows().to_frame("likeness"))
    return hashed["likeness"]


def again(landed: Landed, earlier: Landed) -> tuple[int, float]:
    """Return how many vouchers of a list of tax an earlier one has already, and which part of its own they are."""
    return once(landed, ("again", earlier), lambda: _again(landed, earlier)).row(0)


def _again(landed: Landed, earlier: Landed) -> pl.DataFrame:
    own = landed.rows("voucher_no").drop_nulls()
    repeated = own.join(earlier.rows("voucher_no"), on="voucher_no", how="semi").height
    return pl.DataFrame({"rows": [repeated], "share": [repeated / max(own.height, 1)]})


def payers(landed: Landed) -> pl.DataFrame:
    """Return who is in a list of tax with the amount: payer, amount, and the sum of all."""
    return once(landed, ("payers",), lambda: _payers(landed))


def _payers(landed: Landed) -> pl.DataFrame:
    amount = pl.col("amount_total").cast(pl.Float64).sum()
    rows = landed.rows("uscc", "taxpayer_name", "amount_total")
    found = rows.group_by(pl.coalesce("uscc", "taxpayer_name").alias("payer")).agg(amount.alias("amount"))
    return found.drop_nulls("payer").with_columns(pl.col("amount").abs().sum().alias("all"))


def parts(landed: Landed) -> pl.DataFrame:
    """Return the district's part of each tax: tax_type, the median part of its rows, rows; without refunds."""
    return once(landed, ("parts",), lambda: _parts(landed))


def _parts(landed: Landed) -> pl.DataFrame:
    rows = landed.rows("tax_type", "amount_total", "amount_district").filter(pl.col("amount_total") > 0)
    part = pl.col("amount_district").cast(pl.Float64) / pl.col("amount_total").cast(pl.Float64)
    return rows.drop_nulls().group_by("tax_type").agg(part.median().alias("part"), pl.len().alias("rows"))
