"""Write the data dictionary of a home that published: ``python -m publish.dictionary_page HOME PAGE``.

Everything on the page is said elsewhere once: in the catalogue, in the marts' own YAML and in the meanings that ship
with the published file. A test holds the page equal to what this module writes.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import polars as pl

from common.files import read_json

_HEAD = """# Data dictionary / 数据字典

Written by `make dictionary`; change the catalogue (`dbt/seeds/catalogue`), the marts' YAML or `publish/dictionary.py`,
not this page. 本页由 `make dictionary` 生成,请勿手工修改。
"""

_KPI_HEAD = ("KPI", "名称 / Name", "定义 / Definition", "单位 / Unit", "区域 / Areas", "分组 / Breakdowns",
             "时期 / Periods", "保密类别 / Class", "受众 / Audience")  # fmt: skip


def dictionary_page(published: Path, candidate: Path) -> str:
    """Return the page in Markdown for a published file and the candidate that it was made from."""
    return "\n".join([_HEAD, *_kpis(candidate), *_published(published), *_marts(candidate)]) + "\n"


def _kpis(candidate: Path) -> Iterator[str]:
    yield "## KPIs / 指标\n"
    yield "A KPI's audience is that of its areas; what it says of single buildings stays in the internal files.\n"
    kpi = pl.read_parquet(candidate / "kpi.parquet").join(pl.read_parquet(candidate / "kpi_text.parquet"), on="kpi_id")
    for group, name in {
        "E": "Economy / 经济",
        "H": "Hotline / 热线",
        "G": "Governance / 治理",
        "Q": "Quality / 质量",
    }.items():
        yield f"### {name}\n"
        rows = [
            (f"`{row['kpi_id']}`", f"{row['name_zh']}<br>{row['name_en']}",
             f"{row['definition_zh']}<br>{row['definition_en']}", row["unit"], _listed(row["area_types"]),
             _listed(row["breakdown_types"]), _listed(row["period_types"]), row["sdc_class"], row["audience"])
            for row in kpi.filter(kpi_group=group).iter_rows(named=True)
        ]  # fmt: skip
        yield from _table(_KPI_HEAD, rows)


def _published(published: Path) -> Iterator[str]:
    yield "## Published tables / 公开表\n"
    yield "In `published/louyu.duckdb`, schema `published`; the same rows are in its table `dictionary`.\n"
    with duckdb.connect(str(published), read_only=True) as connection:
        rows = connection.execute("select * from published.dictionary order by table_name, position").fetchall()
    for table in dict.fromkeys(row[0] for row in rows):
        yield f"### {table}\n"
        shown = [(f"`{name}`", kind, zh, en) for found, _, name, kind, zh, en in rows if found == table]
        yield from _table(("列 / Column", "类型 / Type", "含义", "Meaning"), shown)


def _marts(candidate: Path) -> Iterator[str]:
    yield "## Internal marts / 内部集市\n"
    yield "In `internal/office.duckdb` (OFFICE) and `internal/tax.duckdb` (TAX), schema `internal`.\n"
    for mart in read_json(candidate / "marts.json"):
        yield f"### {mart['name']} ({mart['audience']})\n\n{mart['description']}\n"
        rows = [
            (f"`{column['name']}`", column["class"], column["zh"], column["description"]) for column in mart["columns"]
        ]
        yield from _table(("列 / Column", "保密级别 / Class", "含义", "Meaning"), rows)


def _listed(names: str | None) -> str:
    return ", ".join((names or "").split("|"))


def _table(head: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join((cell or '').replace('|', '/') for cell in row)} |"
    yield ""


if __name__ == "__main__":
    home = Path(sys.argv[1])
    [newest] = sorted(home.glob("warehouse/candidate/*"), key=lambda folder: folder.stat().st_mtime)[-1:]
    Path(sys.argv[2]).write_text(dictionary_page(home / "published" / "louyu.duckdb", newest), encoding="utf-8")
