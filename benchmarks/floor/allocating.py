"""Tax rows to buildings, in fen by the largest remainder (SPEC 2.1a)."""

import polars as pl

_OUT_OF_SCOPE = ["SOCIAL", "CUSTOMS"]


def attributed(rows: pl.DataFrame) -> pl.DataFrame:
    """Say of each row whose tax it is and of which day: a correction follows the first of its chain."""
    rows = rows.with_row_index("row")
    corrections = rows.filter(pl.col("orig_ref").is_not_null())
    wanted = corrections.select(pl.col("orig_ref").alias("voucher_no")).unique()
    named = rows.join(wanted, on="voucher_no", how="semi")
    told = ["firm", "treasury_month", "tax_period_end"]
    links = (
        corrections.join(
            named.select("voucher_no", pl.col("row").alias("origin"), pl.col("tax_type").alias("its_type"),
                         pl.col("firm").alias("its_firm"), pl.col("orig_ref").is_null().alias("is_first")),
            left_on="orig_ref", right_on="voucher_no",
        )
        .filter(pl.col("origin") != pl.col("row"))
        .sort(pl.col("its_type") == pl.col("tax_type"), pl.col("its_firm") == pl.col("firm"), "is_first",
              -pl.col("origin").cast(pl.Int64))
        .unique("row", keep="last").select("row", "origin")
    )  # fmt: skip
    further = links.rename({"row": "origin", "origin": "before"})
    for _ in range(links.height):
        longer = links.join(further, on="origin", how="left").filter(pl.col("before") != pl.col("row"))
        if longer.is_empty():
            break
        links = links.join(longer.select("row", "before"), on="row", how="left").select(
            "row", pl.coalesce("before", "origin").alias("origin")
        )
    origins = named.select(pl.col("row").alias("origin"), *(pl.col(name).alias(f"its_{name}") for name in told))
    chained = rows.join(links.join(origins, on="origin"), on="row", how="left", maintain_order="left")
    has_origin = pl.col("origin").is_not_null()

    def of(name: str) -> pl.Expr:
        return pl.when(has_origin).then(f"its_{name}").otherwise(name)

    return chained.select(
        "row", "tax_type", "treasury_month", "amount_total", "amount_district", of("firm").alias("firm"),
        pl.coalesce(of("tax_period_end"), of("treasury_month").dt.month_end()).alias("day"),
    )  # fmt: skip


def weights(held: pl.DataFrame) -> pl.DataFrame:
    """Return by which weight each building of an enterprise gets its tax of a day."""
    here = held.filter("stat_flag")
    whole = ["firm", "day"]
    is_equal = pl.col("is_area_missing").any().over(whole) | (pl.col("leased_m2").sum().over(whole) == 0)
    shares = (pl.col("leased_m2") * 100).cast(pl.Int64)
    return here.select(
        pl.col("firm").cast(pl.Categorical), "day", "building", "street",
        pl.when(is_equal).then(1).otherwise(shares).alias("weight"),
        pl.len().over(whole).alias("parts"),
    )  # fmt: skip


def allocated(rows: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Sum the tax of buildings in fen by treasury month, street and tax type."""
    taxed = rows.filter(~pl.col("tax_type").cast(pl.String).is_in(_OUT_OF_SCOPE)).join(
        weights(held), on=["firm", "day"]
    )
    amounts = ["amount_total", "amount_district"]
    single = taxed.filter(pl.col("parts") == 1).select("treasury_month", "street", "tax_type", *amounts)
    split = taxed.filter(pl.col("parts") > 1).with_columns(pl.col("weight").sum().over("row").alias("whole"))
    for name in amounts:
        split = _split(split, name)
    both = pl.concat([single, split.select(single.columns)])
    return both.group_by("treasury_month", "street", "tax_type").agg(pl.col(amounts).sum())


def _split(parts: pl.DataFrame, name: str) -> pl.DataFrame:
    """Give every part its share: whole fen first, then one fen each by the size of what was cut off."""
    amount = pl.col(name).abs().cast(pl.Int128)
    share, whole = amount * pl.col("weight"), pl.col("whole").cast(pl.Int128)
    return (
        parts.with_columns((share // whole).cast(pl.Int64).alias("floor"), (share % whole).alias("rest"))
        .sort("row", pl.col("rest"), "building", descending=[False, True, False])
        .with_columns(pl.int_range(pl.len()).over("row").alias("place"),
                      (pl.col(name).abs() - pl.col("floor").sum().over("row")).alias("left"))
        .with_columns(
            (pl.col(name).sign() * (pl.col("floor") + (pl.col("place") < pl.col("left")).cast(pl.Int64))).alias(name)
        )
    )  # fmt: skip
