"""The candidate, its gates as asset checks, and the release made of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import polars as pl

from dagster_project.dbt import leaves
from dagster_project.run import STRUCTURAL_GATES, Run
from expectations.verdicts import WHOLE, read_verdicts
from warehouse.transform import DBT_PROJECT

CANDIDATE = dg.AssetKey(["publication", "candidate"])
RELEASE = dg.AssetKey(["publication", "release"])


def build_publication(manifest: Mapping[str, Any]) -> tuple[list[dg.AssetsDefinition], dg.AssetChecksDefinition]:
    """Return the assets from figures to release, and the gates between them."""
    leaving = [dg.AssetKey([node["schema"], node["name"]]) for node in manifest["nodes"].values() if leaves(node)]
    return [_build_candidate(leaving), release], build_gates()


def _build_candidate(leaving: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    @dg.asset(
        key=CANDIDATE,
        deps=leaving,
        group_name="publication",
        owners=["team:data-engineering"],
        description="候选结果:唯一的交接 / All figures of a build, the only thing that leaves the warehouse.",
    )
    def candidate(run: dg.ResourceParam[Run]) -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata={"folder": dg.MetadataValue.path(run.export())})

    return candidate


def build_gates() -> dg.AssetChecksDefinition:
    """Return the gates of the catalogue as checks on the candidate.

    A gate about figures warns, because it withholds them; a gate about the whole stops the release.
    """
    named = pl.read_csv(DBT_PROJECT / "seeds" / "catalogue" / "gate.csv")
    ids = named["gate_id"].to_list()
    specs = [
        dg.AssetCheckSpec(
            check_name(gate),
            asset=CANDIDATE,
            blocking=gate in STRUCTURAL_GATES,
            description=f"{zh}\n\n{en}",
            metadata={"owner": owner},
        )
        for gate, zh, en, owner in named.select("gate_id", "rule_zh", "rule_en", "owner").iter_rows()
    ]

    @dg.multi_asset_check(name="gates", specs=specs)
    def gates(run: dg.ResourceParam[Run]) -> Iterator[dg.AssetCheckResult]:
        run.protect()
        run.judge()
        verdicts = read_verdicts(run.candidate)
        for gate in ids:
            yield gate_result(gate, verdicts.filter(gate_id=gate))

    return gates


def check_name(gate: str) -> str:
    """Return a gate's id as Dagster allows it in a check's name."""
    return gate.replace("-", "_")


def gate_result(gate: str, verdicts: pl.DataFrame) -> dg.AssetCheckResult:
    """Turn a gate's verdicts into a check result; a gate that did not speak has failed."""
    whole = verdicts.filter(figure_key=WHOLE)
    failed = verdicts.filter(pl.col("verdict") != "PASS").sort("severity", "figure_key")
    withheld = failed.filter(severity="ERROR")
    stops = whole.height != 1 or whole["verdict"][0] != "PASS"
    return dg.AssetCheckResult(
        asset_key=CANDIDATE,
        check_name=check_name(gate),
        passed=not stops and failed.is_empty(),
        severity=dg.AssetCheckSeverity.ERROR if stops else dg.AssetCheckSeverity.WARN,
        metadata={
            "figures_withheld": 0 if stops else withheld.height,
            "warnings": failed.height - withheld.height,
            "evidence": dg.MetadataValue.json(failed.head(20).to_dicts()),
        },
    )


@dg.asset(
    key=RELEASE,
    deps=[CANDIDATE],
    group_name="publication",
    owners=["team:reform-office"],
    description="发布批次(未发布):公开部分、封存部分与公报 / A release that waits to be published.",
)
def release(run: dg.ResourceParam[Run]) -> dg.MaterializeResult[None]:
    """Make the release, unless a gate stops the candidate."""
    if run.decided.blocked:
        raise dg.Failure(description="; ".join(run.decided.blocked))
    made = run.release()
    run.tidy()
    return dg.MaterializeResult(
        metadata={
            "release_id": made.id,
            "withheld_figures": run.decided.withheld.height,
            "bulletin": dg.MetadataValue.path(made.folder / "public" / "bulletin.html"),
        }
    )
