"""The published bulletin as a reader opens it: in a real browser, without a network, wide and on a phone."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from louyu_home import Louyu
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

WIDTHS = {"wide": 1440, "tablet": 768, "phone": 375}
LANGUAGES = ["zh", "en"]
HEADLINES = {
    "2023-09-30": "building_cnt party_org_cnt committee_cnt station_cnt staff_fulltime_cnt staff_fill_rate "
    "troika_coverage_rate rating_valid_cnt rated_enterprise_distinct_cnt",
    "CUM2023-09": "two_new_party_org_guided_cnt need_cnt resource_cnt project_cnt whistle_deliberation_meeting_cnt "
    "pre_complaint_resolved_cnt activity_cnt activity_attendance",
    "HM2022-01/HM2022-12": "building_ticket_monthly_avg",
    "HM2023-01/HM2023-09": "building_ticket_monthly_avg building_ticket_change_rate",
    "2023-Q3": "building_tax_total building_tax_total_yoy building_tax_district building_tax_district_yoy "
    "district_retained_share",
    "2023-YTD09": "new_listed_cnt",
    "2023": "nhte_applied_cnt",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """The browser that CHROMIUM names, else the first one installed."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        pytest.skip("no browser: install chromium or name one in CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable)
        yield opened
        opened.close()


@dataclass
class Reader:
    """A page with everything that it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, bulletin: Path) -> None:
        def answer(route: Route, request: Request) -> None:
            self.requests.append(request.url)
            if request.url.split("#")[0] == bulletin.as_uri():
                route.continue_()
            else:
                route.abort()

        self.page.route("**/*", answer)
        self.page.on("console", lambda said: self.complaints.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(bulletin.as_uri())
        self.page.wait_for_load_state("networkidle")

    def is_in_sight(self, selector: str) -> bool:
        box = self.page.locator(selector).bounding_box()
        size = self.page.viewport_size
        assert box is not None
        assert size is not None
        return 0 <= box["y"] < size["height"] and box["x"] >= 0 and box["x"] + box["width"] <= size["width"]


@pytest.fixture
def bulletin(quarter: Louyu) -> Path:
    return quarter.home.published / "bulletin.html"


@pytest.fixture(params=WIDTHS)
def reader(browser: Browser, bulletin: Path, request: pytest.FixtureRequest) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": WIDTHS[request.param], "height": 812}, offline=True)
    opened = Reader(context.new_page())
    opened.open(bulletin)
    yield opened
    context.close()


@pytest.fixture
def page(browser: Browser, bulletin: Path) -> Iterator[Page]:
    """The page where scripts are forbidden."""
    context = browser.new_context(java_script_enabled=False, offline=True)
    opened = context.new_page()
    opened.goto(bulletin.as_uri())
    yield opened
    context.close()


def test_the_page_asks_for_nothing_and_complains_of_nothing(reader: Reader, bulletin: Path) -> None:
    assert reader.requests == [bulletin.as_uri()]
    assert reader.complaints == []


def test_nothing_sticks_out_sideways(reader: Reader) -> None:
    width = reader.page.evaluate("document.documentElement.clientWidth")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    outside = reader.page.evaluate(
        """width => [...document.querySelectorAll('body *')]
            .filter(element => element.getBoundingClientRect().right > width + 1)
            .map(element => element.outerHTML.slice(0, 120))""",
        width,
    )
    assert outside == []


def test_no_two_labels_of_a_plot_lie_on_each_other(reader: Reader) -> None:
    overlapping = reader.page.evaluate(
        """() => [...document.querySelectorAll('svg')].flatMap(svg => {
            const boxes = [...svg.querySelectorAll('text')]
                .map(text => [text.textContent, text.getBoundingClientRect()])
            return boxes.flatMap(([one, a], place) => boxes.slice(place + 1)
                .filter(([_, b]) => a.left < b.right - 1 && b.left < a.right - 1
                    && a.top < b.bottom - 0.3 * b.height && b.top < a.bottom - 0.3 * a.height)
                .map(([other, _]) => one + ' / ' + other))
        })"""
    )
    assert overlapping == []


def test_the_mark_of_simulated_data_stays_in_sight(reader: Reader) -> None:
    assert reader.is_in_sight(".mark")
    reader.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert reader.page.evaluate("window.scrollY") > 0
    assert reader.is_in_sight(".mark")
    assert reader.page.locator(".mark").inner_text() == "模拟数据 / simulated data"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_headline_is_printed_as_published(reader: Reader, quarter: Louyu, language: str) -> None:
    wanted = ", ".join(f"('{kpi}', '{period}')" for period, kpis in HEADLINES.items() for kpi in kpis.split())
    printed = quarter.query(
        f"""select printed_{language} from published.kpi_value
        where (kpi_id, period) in ({wanted}) and area_code = '110107' and value is not null
        and breakdown_code in ('_T', 'CENTRAL', 'ORDINARY', 'SG_NATIONAL', 'SRDI_BJ')"""
    )
    shown = reader.page.locator(f"#{language}").inner_text()
    assert len(printed) == 30
    assert [text for (text,) in printed if text not in shown] == []


def test_a_withheld_headline_says_why(reader: Reader) -> None:
    assert reader.page.locator("#zh [data-kpi=listed_tier1_cnt] td").inner_text() == "暂不公布"
    row = reader.page.locator("#en [data-kpi=listed_tier1_cnt]").inner_text()
    assert "not published" in row
    assert "its definition is not approved" in row


def test_each_language_is_marked_as_such_and_opens_with_its_only_title(reader: Reader) -> None:
    for language, lang in (("zh", "zh-CN"), ("en", "en")):
        article = reader.page.locator(f"#{language}")
        assert article.get_attribute("lang") == lang
        levels = article.locator("h1, h2, h3").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_plots_are_named_and_described(reader: Reader) -> None:
    plots = reader.page.locator("svg[role=img]")
    assert plots.count() == 4
    for number in range(4):
        assert plots.nth(number).get_attribute("aria-label")
        assert re.search(r"\d.*[.\u3002]$", plots.nth(number).locator("desc").text_content() or "")


def test_the_keyboard_switches_the_language_without_a_script(page: Page) -> None:
    chinese, english = page.locator("#zh h1"), page.locator("#en h1")
    assert chinese.is_visible()
    assert english.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    english.wait_for(state="visible")
    chinese.wait_for(state="hidden")
    page.locator("#en sup a").first.press("Enter")
    assert english.is_visible()
    assert chinese.is_hidden()


def test_paper_bears_definitions_but_no_screen_furniture(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator("#zh .definitions").is_visible()
    assert page.locator("#en .definitions").is_visible()
