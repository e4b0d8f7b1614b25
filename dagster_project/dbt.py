"""dbt models as assets and dbt tests as asset checks, run in this process by one dbt invocation."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from dagster_project.feeds import feed_key
from dagster_project.run import Run
from dagster_project.warehouse import SOURCES, identity_key
from warehouse.transform import NodeResult


class Translator(DagsterDbtTranslator):
    """How dbt's nodes appear in Dagster: sources are our own assets, models lie in groups by room."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Map a dbt source to the asset that fills it, anything else to its room and name."""
        name = str(dbt_resource_props["name"])
        if dbt_resource_props["resource_type"] != "source":
            return dg.AssetKey([str(dbt_resource_props["schema"]), name])
        source = dbt_resource_props["source_name"]
        if source == "landing":
            return feed_key(name.upper())
        return identity_key(name) if source == "identity" else SOURCES

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Group by schema, which is the room."""
        return str(dbt_resource_props["schema"])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Catalogue and office tables belong to the reform office, models to the data engineers."""
        owner = "reform-office" if dbt_resource_props["resource_type"] == "seed" else "data-engineering"
        return [f"team:{owner}"]


def translator() -> Translator:
    """Return the translator; several dbt sources are filled by one asset."""
    return Translator(
        DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True, enable_dbt_views_as_virtual_assets=True)
    )


def leaves(node: Mapping[str, Any]) -> bool:
    """Tell whether a node is a model that goes into the candidate."""
    return node["resource_type"] == "model" and (node["schema"] == "internal" or node["name"] in _FIGURES)


_FIGURES = ("figure", "figure_source", "contribution", "building_set")


def build_dbt_assets(parsed: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Make the dbt assets from the parsed project."""
    words = translator()

    @dbt_assets(manifest=parsed, dagster_dbt_translator=words, exclude="resource_type:unit_test", name="dbt")
    def models(context: dg.AssetExecutionContext, run: dg.ResourceParam[Run]) -> Iterator[Any]:
        results = run.transform()
        yield from events(results, parsed, words, set(context.selected_asset_check_keys))
        if failed := run.failed_models():
            raise dg.Failure(description="dbt: " + "; ".join(failed))

    return models


def events(
    results: list[NodeResult], parsed: Mapping[str, Any], words: Translator, wanted: set[dg.AssetCheckKey]
) -> Iterator[Any]:
    """Turn dbt's results into materializations and check results, without what stood.

    Of that the tables that leave are named all the same, because Dagster skips what follows an asset that is not.
    """
    for result in results:
        props = parsed["nodes"][result.unique_id]
        if (
            result.resource_type in ("model", "seed")
            and result.status == "success"
            and props["config"]["materialized"] != "view"
            and (leaves(props) or not result.stood)
        ):
            yield dg.MaterializeResult(asset_key=words.get_asset_key(props), metadata={"seconds": result.seconds})
    for result in results:
        if result.resource_type != "test" or result.status == "skipped" or result.stood:
            continue
        props = parsed["nodes"][result.unique_id]
        key = next((key for key in wanted if key.name == props["name"]), None)
        if key is not None:
            severity = dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR
            metadata: dict[str, Any] = {
                "failures": result.failures or 0,
                "gate": str(result.meta.get("gate")),
                "message": result.message or "",
            }
            yield dg.AssetCheckResult(
                check_name=key.name, asset_key=key.asset_key, passed=result.status == "pass", severity=severity,
                metadata=metadata,
            )  # fmt: skip
