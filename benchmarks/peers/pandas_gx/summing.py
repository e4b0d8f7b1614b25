"""Atoms to sums by area, breakdown and period in pandas."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import pandas as pd

from benchmarks.floor.counting import TOTAL, Measured, Period

_CELL = ["area", "breakdown_type", "breakdown_code"]


def measure(
    atoms: pd.DataFrame, amounts: Mapping[str, int], district: str, over: Iterable[Period],
    breakdowns: Sequence[str] = (), only_in_district: Sequence[str] = (), entity: str | None = None,
    has_total: bool = True, has_streets: bool = True,
) -> Measured:  # fmt: skip
    """Sum amounts, given with how many decimals their whole numbers hold; of an ``entity`` each is counted once.

    ``atoms`` has ``on`` (the day by which a period holds it), ``street`` and the columns of the breakdowns.
    """
    over, names = list(over), list(amounts)
    spans = pd.DataFrame(
        {"period": [one.name for one in over], "start": pd.to_datetime([one.start for one in over]),
         "end": pd.to_datetime([one.end for one in over])}
    )  # fmt: skip
    bridge = atoms[["on"]].drop_duplicates().merge(spans, how="cross")
    bridge = bridge.loc[(bridge["start"] <= bridge["on"]) & (bridge["on"] < bridge["end"]), ["on", "period"]]
    parts = []
    for area in ["district", "street"] if has_streets else ["district"]:
        for name in [*([None] if has_total else []), *breakdowns]:
            if name in only_in_district and area == "street":
                continue
            narrow = atoms[["on", *names, *([entity] if entity else [])]].assign(
                area=district if area == "district" else atoms["street"],
                breakdown_type=name or TOTAL[0],
                breakdown_code=TOTAL[1] if name is None else atoms[name].astype("object"),
            )
            if entity is None:
                narrow = narrow.groupby([*_CELL, "on"], as_index=False, observed=True)[names].sum()
            dated = narrow.merge(bridge, on="on")
            if entity is not None:
                dated = dated.groupby([*_CELL, "period", entity], as_index=False, observed=True)[names].max()
            parts.append(dated.groupby([*_CELL, "period"], as_index=False, observed=True)[names].sum())
    summed = pd.concat(parts, ignore_index=True)
    keys = zip(*(summed[name].tolist() for name in [*_CELL, "period"]), strict=True)
    columns = [[Decimal(int(one)).scaleb(-places) for one in summed[name]] for name, places in amounts.items()]
    found = dict(zip(keys, zip(*columns, strict=True), strict=True))
    cells = dict.fromkeys([*([(district, *TOTAL)] if has_total else []), *(key[:3] for key in found)])
    return Measured(found, names, list(cells), over)
