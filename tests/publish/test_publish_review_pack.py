"""The review pack of a release: whole, self-contained, in two languages, and nothing of a sender runs in it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from louyu_home import Louyu
from pack_making import figures, made, small_candidate

from common.home import Home
from publish.life.acts import publish_release
from publish.life.verify import verify_folder
from publish.shelf import Release

SECTIONS = ("facts", "gates", "headlines", "changes", "missing", "asked", "wording", "figures", "deliveries")


class Page(HTMLParser):
    """The parts of a page that a test asks about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def section(self, name: str) -> str:
        """The text of a section without its tags."""
        inner = re.search(rf'<section aria-labelledby="{name}">(.*?)</section>', self.text, re.S)
        assert inner, name
        return " ".join(re.sub(r"<[^>]+>", " ", inner[1]).split())

    def attributes(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name))]


def page_of(release: Release) -> Page:
    return Page((release.sealed / "review.html").read_text(encoding="utf-8"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def first(home: Home, tmp_path: Path) -> Release:
    return made(home, small_candidate(tmp_path / "first"))


def holds_together(page: Page) -> None:
    """Nothing is fetched, nothing runs, every link leads somewhere, every table says what it is."""
    assert page.open == []
    assert not re.search(r"https?:|<script|@import|url\(", page.text)
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert set(page.attributes("href")) - {"data:,"} <= {f"#{name}" for name in page.attributes("id")}
    assert not page.attributes("src")
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    names = [tag for tag, _ in page.tags]
    assert names.count("caption") == names.count("table") == names.count("thead")
    assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")
    regions = [attrs for tag, attrs in page.tags if tag == "div" and attrs.get("class") == "scroll"]
    assert all(attrs.get("tabindex") == "0" and attrs.get("role") == "region" for attrs in regions)
    assert set(SECTIONS) <= set(page.attributes("aria-labelledby"))
    assert page.text.count('lang="en"') > 50


def test_the_page_of_a_small_release_holds_together(first: Release) -> None:
    page = page_of(first)
    holds_together(page)
    facts = page.section("facts")
    assert first.id in facts
    assert "2023-09-30" in facts
    assert "2023-10-20T10:00:00+08:00" in facts
    assert first.facts["candidate_hash"] in facts
    assert f"louyu release show {first.id}" in facts
    assert "模拟数据" in page.text


def test_every_part_says_what_it_must(first: Release) -> None:
    page = page_of(first)
    assert "G-DEF" in page.section("gates")
    assert "278座 278 buildings" in page.section("headlines")
    missing = page.section("missing")
    assert "口径未批准 its definition is not approved" in missing
    assert "为保护单个企业数据不予公布" in missing
    assert "the denominator is zero" in missing
    asked = page.section("asked")
    assert "approve it" in asked
    assert "基数低(王敏 · 2023-10-20) a low base" in asked
    assert "found: 0.81" in asked
    wording = page.section("wording")
    assert "注释 Notes" in wording
    assert "All data of this bulletin are simulated" in wording
    opened = page.section("figures")
    assert "numerator : 2056000000" in opened
    assert "denominator : 1135911602" in opened
    assert "B01/楼宇&lt;b&gt;.xlsx 300 / 278 / 2 / 278" in opened
    assert "面积&lt;u&gt;不是数" in page.section("deliveries")


def test_the_value_of_a_withheld_figure_is_not_on_the_page(first: Release) -> None:
    text = page_of(first).text
    assert "3家" not in text
    assert "RMB 5" not in text
    assert "RMB 6" not in text
    assert "envelope" in text
    assert "6.125" not in text


def test_what_a_sender_or_the_catalogue_wrote_stays_text(first: Release) -> None:
    page = page_of(first)
    assert "楼宇&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "口径&lt;br&gt;已批准" in page.text
    assert not [tag for tag, _ in page.tags if tag in ("script", "b", "i", "u")]


def test_the_first_release_revises_nothing(first: Release) -> None:
    assert "nothing was published before" in page_of(first).section("changes")
    assert pl.read_csv(first.sealed / "revisions.csv").is_empty()


@pytest.mark.parametrize(
    ("growth", "said"), [("0.9", "its growth is revised too"), ("0.81", "its growth is unchanged")]
)
def test_a_pending_revision_shows_both_sides_and_whether_the_growth_follows(
    home: Home, first: Release, tmp_path: Path, growth: str, said: str
) -> None:
    publish_release(home, first.id, simulated=True)
    later = figures(tax="2100000000", growth=growth)
    second = made(home, small_candidate(tmp_path / "second", later))
    page = page_of(second)
    holds_together(page)
    changed = page.section("changes")
    assert first.id in page.section("facts")
    assert "约2056000000元" in changed
    assert "约2100000000元" in changed
    assert "+44000000元 +44000000" in changed
    assert said in changed
    assert ("+9个百分点 +9 pp" in changed) is (growth == "0.9")
    rows = pl.read_csv(second.sealed / "revisions.csv")
    assert rows["kpi_id"].to_list() == ["building_tax_total", "building_tax_total_yoy"][: 1 + (growth == "0.9")]


def test_what_is_withheld_or_dropped_after_publication_is_a_revision_too(
    home: Home, first: Release, tmp_path: Path
) -> None:
    publish_release(home, first.id, simulated=True)
    later = [one for one in figures() if one["breakdown_type"] == "_T"]
    later[0] |= {"value": None, "printed_zh": None, "printed_en": None, "obs_status": "M"}
    second = made(home, small_candidate(tmp_path / "second", later))
    rows = pl.read_csv(second.sealed / "revisions.csv")
    assert dict(rows.select("breakdown_type", "kind").iter_rows()) == {"_T": "ABSENT", "grade": "GONE"}
    changed = page_of(second).section("changes")
    assert "no longer held" in changed
    assert "no value any more" in changed


@pytest.mark.parametrize(
    ("word", "told"), [("FAIL", "未通过 failed"), ("ERROR", "检查出错,没有结论 crashed, no verdict")]
)
def test_a_gate_that_blocks_stands_first_and_a_crash_is_no_failure(
    home: Home, tmp_path: Path, word: str, told: str
) -> None:
    blocked = made(home, small_candidate(tmp_path / "bad", verdicts={"G-CONS": word}))
    page = page_of(blocked)
    assert blocked.state == "COMPUTED"
    assert f"G-CONS: {word}" in page.section("facts")
    assert told in page.section("gates")


def test_the_same_candidate_gives_the_same_bytes_under_the_root(first: Release, tmp_path: Path) -> None:
    again = made(Home(tmp_path / "other"), small_candidate(tmp_path / "twin" / "first"))
    assert again.id == first.id
    for name in ("sealed/review.html", "sealed/revisions.csv"):
        assert (again.folder / name).read_bytes() == (first.folder / name).read_bytes()
    page = first.sealed / "review.html"
    page.chmod(0o600)
    page.write_text(page.read_text(encoding="utf-8").replace("278", "279"), encoding="utf-8")
    fault = verify_folder(first.folder).fault
    assert fault is not None
    assert "review.html" in fault.en


def test_the_pack_of_the_quarter_opens_every_figure_of_the_district(quarter: Louyu) -> None:
    [folder] = [path for path in quarter.home.releases.iterdir() if path.is_dir()]
    text = (folder / "sealed" / "review.html").read_text(encoding="utf-8")
    page = Page(text)
    holds_together(page)
    whole = pl.read_parquet(folder / "public" / "kpi_value.parquet").filter(area_type="district", breakdown_type="_T")
    assert text.count('<details class="figure">') == whole.height
    assert len(text.encode()) < 8_000_000
    headlines = page.section("headlines")
    assert "下降53.4%" in headlines
    assert "约20.56亿元 about RMB 2.056 billion" in headlines
    assert "全覆盖" in page.section("wording")


def test_the_command_gives_the_path_or_a_copy_of_ones_own(copied: Louyu, tmp_path: Path) -> None:
    [row] = copied.json("release", "list")
    told = copied.json("release", "review", row["release_id"])
    original = Path(told["path"])
    assert original == copied.home.releases / row["release_id"] / "sealed" / "review.html"
    copy = tmp_path / "copy.html"
    copied.call("release", "review", row["release_id"], "--out", str(copy))
    assert copy.read_bytes() == original.read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600
    original.chmod(0o600)
    original.write_text("<p>别的</p>", encoding="utf-8")
    assert "review.html" in copied.call("release", "review", row["release_id"], code=1).stderr
