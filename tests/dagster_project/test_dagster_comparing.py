"""``louyu release diff`` and ``rebuild``: which builds are asked for, that they sum up, and that the home stays."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from louyu_home import Louyu, stamps

import dagster_project.comparing as comparing
from common.clock import parse_moment
from common.files import read_json, write_json
from common.home import Home
from common.ledger import Event, Ledger
from dagster_project.comparing import compared
from dagster_project.counterfactual import Asked, beside
from publish.shelf import Release, list_releases, read_release

KPI, PERIOD = "building_tax_total", "2023-Q3"


def earlier(later: Release, lacking: Sequence[str] = (), code: str | None = None) -> Release:
    """A release as it might have been before deliveries of some names came: its tax of the quarter is lower by 1000."""
    folder = later.folder.with_name(f"R-earlier-{len(list(later.folder.parent.glob('R-earlier-*')))}")
    (folder / "public").mkdir(parents=True)
    shutil.copytree(later.sealed, folder / "sealed", ignore=shutil.ignore_patterns("*.html", "manifest.json"))
    for path in (folder / "sealed").iterdir():
        path.chmod(0o600)
    shutil.copyfile(later.public / "release.json", folder / "public" / "release.json")
    context = read_json(later.sealed / "context.json")
    known_at = parse_moment(context["known_at"]) - timedelta(seconds=bool(lacking))
    told = {**context, "known_at": known_at.isoformat(), "code": code or context["code"]}
    write_json(folder / "sealed" / "context.json", told)
    for name in ("public/kpi_value", "sealed/figure"):
        figures = pl.read_parquet(later.folder / f"{name}.parquet")
        lower = pl.when(_is_meant()).then(pl.col("value") - 1000).otherwise("value").cast(pl.Decimal(38, 8))
        figures.with_columns(lower.alias("value")).write_parquet(folder / f"{name}.parquet")
    sent = pl.read_parquet(later.sealed / "delivery.parquet")
    known = sent.filter(~pl.any_horizontal(False, *(pl.col("path").str.contains(name) for name in lacking)))
    known.write_parquet(folder / "sealed" / "delivery.parquet")
    return read_release(folder)


def _is_meant() -> pl.Expr:
    whole = (pl.col("area_type") == "district") & (pl.col("breakdown_type") == "_T")
    return whole & (pl.col("kpi_id") == KPI) & (pl.col("period") == PERIOD)


SECOND_VERSION, A_MONTH = "T01.*202309_v02", "A01.*202309"


@dataclass
class Builder:
    """Stands for the build of a set of events: gives the later release's figures, less what it is told."""

    figures: pl.DataFrame
    less: list[int]
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, home: Home, asked: Asked, tell: object) -> pl.DataFrame:
        self.asked.append(asked)
        lower = pl.when(_is_meant()).then(pl.col("value") - self.less[len(self.asked) - 1]).otherwise("value")
        return self.figures.with_columns(lower.cast(pl.Decimal(38, 8)).alias("value"))


@pytest.fixture(scope="module")
def own(quarter: Louyu, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Louyu]:
    """A copy of the quarter for the tests of this file, which add to it what the others do not ask for."""
    root = tmp_path_factory.mktemp("compared") / "home"
    shutil.copytree(quarter.home.root, root, ignore=shutil.ignore_patterns("dagster", "inbox"))
    yield Louyu(Home(root))
    shutil.rmtree(root)


@pytest.fixture
def home(own: Louyu) -> Home:
    return own.home


@pytest.fixture
def later(home: Home) -> Release:
    return next(release for release in list_releases(home) if release.published_at)


def builder(later: Release, monkeypatch: pytest.MonkeyPatch, *less: int) -> Builder:
    made = Builder(pl.read_parquet(later.sealed / "figure.parquet"), list(less))
    monkeypatch.setattr(comparing, "figures_of", made)
    return made


def apart(home: Home, a: Release, b: Release) -> tuple[dict[str, Decimal], list[str]]:
    """The causes of the one figure that differs, and the files that made it differ."""
    [row] = compared(home, a, b, lambda _: None).rows()
    assert sum(row["causes"].values()) == row["difference"] == 1000
    return {name: part for name, part in row["causes"].items() if part}, [one["what"] for one in row["because"]]


def test_a_single_cause_takes_the_whole_difference_and_needs_no_build(
    home: Home, later: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = builder(later, monkeypatch)
    a = earlier(later, [SECOND_VERSION])
    parts, files = apart(home, a, later)
    assert (parts, len(made.asked)) == ({"source_correction": 1000}, 0)
    assert ["v02" in file for file in files] == [True]


def test_late_data_and_corrections_are_parted_by_one_build_that_lacks_the_corrections(
    home: Home, later: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = builder(later, monkeypatch, 300)
    a = earlier(later, [SECOND_VERSION, A_MONTH])
    parts, files = apart(home, a, later)
    assert parts == {"late_data": 700, "source_correction": 300}
    [asked] = made.asked
    landed = [event.payload["path"] for event in asked.events if event.kind == "delivery"]
    assert not any("202309_v02" in path for path in landed if path.startswith("T01"))
    assert any("202309" in path for path in landed if path.startswith("A01"))
    assert any("202309_v02" in file for file in files)


def test_a_decision_and_other_code_are_parted_from_the_data(
    home: Home, later: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = home.ledger / "events.jsonl"
    before = ledger.read_bytes()
    decided = Event(
        "parameter", parse_moment(later.facts["known_at"]), {"table": "parameter"}, {"rows": [{"name": "x"}]}
    )
    Ledger(home.ledger).add([decided])
    made = builder(later, monkeypatch, 900, 500)
    a = earlier(later, [SECOND_VERSION], code="another")
    parts, _ = apart(home, a, later)
    assert parts == {"code": 100, "definition": 400, "source_correction": 500}
    ledger.write_bytes(before)
    tables = [[event.scope["table"] for event in asked.events if event.kind == "parameter"] for asked in made.asked]
    assert ["parameter" in told for told in tables] == [False, True]


def test_code_alone_needs_no_build(home: Home, later: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    made = builder(later, monkeypatch)
    a = earlier(later, code="another")
    assert (apart(home, a, later), made.asked) == (({"code": 1000}, []), [])


def test_the_command_prints_each_difference_with_its_causes(own: Louyu, later: Release) -> None:
    a = earlier(later, [SECOND_VERSION])
    [row] = own.json("release", "diff", a.id, later.id)
    assert (row["kpi_id"], row["difference"], row["causes"]["source_correction"]) == (
        KPI, "1000.00000000", "1000.00000000",
    )  # fmt: skip
    assert {"cause", "id", "feed", "what", "known_at"} == set(row["because"][0])
    shown = own.call("release", "diff", a.id, later.id, "--lang", "en").stdout
    assert f"{KPI} 110107 {PERIOD}" in shown
    assert "202309_v02" in shown
    assert own.json("release", "diff", later.id, later.id) == []
    assert a.id in own.call("release", "diff", "R0", later.id, code=1).stderr


def test_a_home_beside_is_removed_and_leaves_the_home_as_it_was(home: Home) -> None:
    files = stamps(home.root)
    with beside(home, Ledger(home.ledger).events(), with_rows=True) as place:
        root = place.root
        assert any(place.rows.glob("feed=T01/*.parquet"))
        assert {file.name for file in place.judgements.iterdir()} == {file.name for file in home.judgements.iterdir()}
        (place.warehouse / "x").mkdir(parents=True)
    assert not root.exists()
    assert stamps(home.root) == files


def test_a_stored_release_is_rebuilt_from_its_raw_files_with_equal_figures_and_types(copied_city: Louyu) -> None:
    home, served = copied_city.home, copied_city.home.published / "louyu.duckdb"
    [stored] = list_releases(home)
    raw = next(path for path in sorted(home.raw.glob("A01/A01-*")) if path.is_dir())
    (raw / "tombstone.json").write_text("{}", encoding="utf-8")
    before = served.stat().st_mtime_ns, sorted(path.name for path in home.candidates.iterdir())
    found = copied_city.json("release", "rebuild", stored.id)
    assert (found["equal"], found["different"], found["types"], found["same_code"]) == (True, 0, [], True)
    assert found["figures"] == pl.read_parquet(stored.sealed / "figure.parquet").height
    assert found["purged_deliveries"] == 1
    assert (served.stat().st_mtime_ns, sorted(path.name for path in home.candidates.iterdir())) == before
    assert not (home.warehouse / "counterfactual").exists()


def test_a_rebuild_tells_values_and_types_that_differ() -> None:
    kept = pl.DataFrame({"figure_key": ["a", "b", "c"], "value": [1, 2, None], "note": ["x", None, "z"]})
    found = pl.DataFrame({"figure_key": ["a", "b", "d"], "value": [1, 3, 4], "note": ["x", "y", "w"]})
    unlike = comparing.unlike(kept, found, ["figure_key", "value", "note"])
    assert list(unlike.iter_rows()) == [
        ("b", "value, note"), ("c", "only in the release"), ("d", "only in the rebuild"),
    ]  # fmt: skip
