"""The life of a release: verified by hashes, refused where a gate is silent, switched in one step."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from louyu_home import Louyu

from publish.plan import plan
from publish.protection.protecting import REPORT_FILE
from publish.readers import first_published, published_tables, serve_public
from publish.release import make_release
from publish.shelf import list_releases, read_release
from warehouse.export import candidate_hash
from warehouse.store import FIRST_PUBLISHED


@pytest.fixture
def release_id(copied: Louyu) -> str:
    [row] = copied.json("release", "list")
    return str(row["release_id"])


def test_a_release_is_listed_shown_and_verified(copied: Louyu, release_id: str) -> None:
    shown = copied.json("release", "show", release_id)
    assert (shown["state"], shown["simulated"], shown["district"], shown["as_of"]) == (
        "PUBLISHED", True, "110107", "2023-09-30",
    )  # fmt: skip
    assert copied.json("release", "verify", release_id)["verified"] is True


def test_the_manifest_covers_raw_files_ledger_code_and_configuration(copied: Louyu, release_id: str) -> None:
    folder = copied.home.releases / release_id
    public, sealed = (json.loads((folder / side / "manifest.json").read_text()) for side in ("public", "sealed"))
    delivered = {row["delivery_id"]: row["sha256"] for row in copied.json("deliveries")}
    parts = sealed["parts"]
    assert parts["raw"]["values"] == delivered
    assert all(parts[part]["values"] for part in ("ledger", "code", "configuration", "evidence"))
    assert {"figure_source.parquet", "quarantine.parquet", "verdicts.parquet"} <= set(parts["evidence"]["files"])
    assert "office_parameter.parquet" in parts["configuration"]["files"]
    assert {"kpi_value.parquet", "kpi_value.csv", "louyu.duckdb"} <= set(public["parts"]["figures"]["files"])
    assert {"bulletin.html", "dictionary.csv"} <= set(public["parts"]["wording"]["files"])
    assert set(public["parts"]["footnotes"]["files"]) == {"footnotes.json"}
    assert set(public["tree"]) == set(public["parts"]) | set(parts)


def test_what_was_published_first_is_known_from_its_publication_on(copied: Louyu, release_id: str) -> None:
    release = read_release(copied.home.releases / release_id)
    moment = release.published_at
    assert moment is not None
    assert first_published(copied.home, moment - timedelta(seconds=1)) is None
    first = first_published(copied.home, moment)
    assert first is not None
    shown = pl.read_parquet(release.folder / "public" / "kpi_value.parquet")
    whole = shown.filter(area_type="district", breakdown_type="_T").filter(pl.col("value").is_not_null())
    assert sorted(first["value"].to_list()) == sorted(whole["value"].to_list())
    assert first.select(list(FIRST_PUBLISHED)).height == whole.height > 0


def tamper(folder: Path, how: str) -> None:
    victim = folder / "public" / "kpi_value.csv"
    victim.parent.chmod(0o755)
    if how == "changed":
        victim.chmod(0o644)
        victim.write_bytes(victim.read_bytes().replace(b"278", b"279", 1))
    elif how == "removed":
        victim.unlink()
    elif how == "added":
        (folder / "sealed" / "extra.txt").write_text("x", encoding="utf-8")
    else:
        manifest = folder / "public" / "manifest.json"
        manifest.chmod(0o644)
        manifest.write_bytes(manifest.read_bytes().replace(b'"code"', b'"kode"'))


@pytest.mark.parametrize(
    ("how", "named"),
    [
        ("changed", "kpi_value.csv"),
        ("removed", "kpi_value.csv"),
        ("added", "extra.txt"),
        ("restated", "manifest.json"),
    ],
)
def test_tampering_is_found_and_stops_publication(copied: Louyu, release_id: str, how: str, named: str) -> None:
    tamper(copied.home.releases / release_id, how)
    found = copied.json("release", "verify", release_id, code=1)
    assert found["verified"] is False
    assert named in found["fault_en"]
    assert named in found["fault_zh"]
    refused = copied.call("release", "publish", release_id, "--simulated", code=1)
    assert named in refused.stderr


def test_nobody_publishes_unsigned_figures_as_real_ones(copied: Louyu, release_id: str) -> None:
    refused = copied.call("release", "publish", release_id, "--lang", "en", code=1)
    assert "not signed" in refused.stderr
    assert "--simulated" in refused.stderr


def test_an_unknown_release_is_named_with_those_that_exist(copied: Louyu, release_id: str) -> None:
    refused = copied.call("release", "show", "R0", code=1)
    assert "R0" in refused.stderr
    assert release_id in refused.stderr


@pytest.mark.parametrize("silent", ["G-CONS", "G-WORD", "G-KEYS"])
def test_a_gate_that_did_not_speak_stops_publication_later_too(copied: Louyu, silent: str) -> None:
    """A release made without a gate's word, in whatever run, is not published."""
    [candidate] = copied.home.candidates.iterdir()
    verdicts = pl.read_parquet(candidate / "verdicts.parquet")
    verdicts.filter(pl.col("gate_id") != silent).write_parquet(candidate / "verdicts.parquet")
    decided = plan(candidate)
    assert decided.blocked == (f"{silent}: MISSING",)
    made = make_release(copied.home, candidate, decided, candidate_hash(candidate))
    refused = copied.call("release", "publish", made.id, "--simulated", code=1)
    assert f"{silent}: MISSING" in refused.stderr
    assert [row["state"] for row in copied.json("release", "list")] == ["PUBLISHED", "COMPUTED"]


def test_what_is_published_as_simulated_is_marked_where_readers_look(copied: Louyu) -> None:
    """Real parameters make no mark of their own; a publication with --simulated does."""
    [candidate] = copied.home.candidates.iterdir()
    context = json.loads((candidate / "context.json").read_text(encoding="utf-8"))
    (candidate / "context.json").write_text(json.dumps({**context, "simulated": False}), encoding="utf-8")
    hashed = candidate_hash(candidate)
    verdicts = pl.read_parquet(candidate / "verdicts.parquet").with_columns(pl.lit(hashed).alias("candidate_hash"))
    verdicts.write_parquet(candidate / "verdicts.parquet")
    (candidate / REPORT_FILE).write_text(json.dumps({"candidate": hashed}), encoding="utf-8")
    made = make_release(copied.home, candidate, plan(candidate), hashed)
    copied.call("release", "publish", made.id, "--simulated")
    mark = '<p class="mark"'
    assert mark not in (made.folder / "public" / "bulletin.html").read_text(encoding="utf-8")
    assert mark in (copied.home.published / "bulletin.html").read_text(encoding="utf-8")


def test_publishing_again_changes_nothing(copied: Louyu, release_id: str) -> None:
    before = copied.query("select * from published.kpi_vintage order by all")
    copied.call("release", "publish", release_id, "--simulated")
    assert copied.query("select * from published.kpi_vintage order by all") == before


def test_the_published_file_is_a_function_of_the_release_folders(copied: Louyu) -> None:
    everything = "select * from published.kpi_vintage order by all"
    before = copied.query(everything)
    shutil.rmtree(copied.home.published)
    shutil.rmtree(copied.home.warehouse)
    serve_public(copied.home)
    assert copied.query(everything) == before


def test_readers_find_a_closed_file_that_old_clients_open(quarter: Louyu) -> None:
    file = quarter.home.published / "louyu.duckdb"
    assert [path.name for path in quarter.home.published.glob("*.wal")] == []
    # bytes 8 to 12 hold the magic word, the next eight the storage version: 64 is that of v1.0.0
    head = file.read_bytes()[:20]
    assert head[8:12] == b"DUCK"
    assert int.from_bytes(head[12:20], "little") == 64
    with duckdb.connect(str(file), read_only=True) as first, duckdb.connect(str(file), read_only=True) as second:
        assert (
            first.execute("select count(*) from published.kpi_value").fetchall()
            == second.execute("select count(*) from published.kpi_value").fetchall()
        )


def test_every_published_column_is_in_the_dictionary_in_two_languages(quarter: Louyu) -> None:
    assert quarter.query(
        """select table_name, column_name from information_schema.columns where table_schema = 'published'
        and (table_name, column_name) not in (select (table_name, column_name) from published.dictionary
            where meaning_zh <> '' and meaning_en <> '')"""
    ) == []  # fmt: skip


def test_wide_marts_are_pivots_of_the_figures_and_nothing_more(quarter: Louyu) -> None:
    released = [release for release in list_releases(quarter.home) if release.state == "PUBLISHED"]
    tables = published_tables(released)
    figures = tables["kpi_value"]
    for name, area_type, period_type in (
        ("mart_district_quarter", "district", "Q"),
        ("mart_street_stock", "street", "S"),
    ):
        long = tables[name].unpivot(index=["area_code", "period"], variable_name="kpi_id").drop_nulls("value")
        chosen = figures.filter(area_type=area_type, period_type=period_type, breakdown_type="_T", basis="ALL")
        same = chosen.select("area_code", "period", "kpi_id", "value").drop_nulls("value")
        assert long.sort(pl.all()).equals(same.sort(pl.all()))
