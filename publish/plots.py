"""The bulletin's plots as SVG, made without a browser or a network."""

from typing import Any

import altair as alt
import vl_convert

from common.messages import Language, Message
from publish.facts import Fact, Facts

_FONT = "Noto Sans SC, PingFang SC, Microsoft YaHei, Source Han Sans SC, sans-serif"
_INK, _ACCENT, _SOFT = "#1f2a37", "#9b1c1c", "#5b7a99"


def tickets_plot(facts: Facts, language: Language) -> str:
    """Plot tickets by assessment month, a line for each year told apart by dash and mark as well as colour."""
    rows = [
        {"month": int(fact.row["period"][-2:]), "year": fact.row["period"][2:6], "tickets": fact.number}
        for fact in monthly_tickets(facts)
    ]
    title = Message("考核月(上月19日至本月18日)", "Assessment month (19th to 18th)").say(language)
    unit = Message("件", "tickets").say(language)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("month:O", title=title, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("tickets:Q", title=unit, scale=alt.Scale(zero=True)),
        color=alt.Color("year:N", title=None, scale=alt.Scale(range=[_SOFT, _ACCENT, _INK])),
    )
    lines = base.mark_line(strokeWidth=2.5).encode(strokeDash=alt.StrokeDash("year:N", title=None))
    points = base.mark_point(filled=True, size=60).encode(shape=alt.Shape("year:N", title=None))
    return _svg(lines + points)


def tax_plot(facts: Facts, language: Language) -> str:
    """Plot building tax by single quarter, in full and the district-level part, with the printed number on each bar."""
    kinds = {
        "building_tax_total": Message("全口径", "in full"),
        "building_tax_district": Message("区级", "district level"),
    }
    rows = [
        {
            "quarter": fact.row["period"],
            "kind": kind.say(language),
            "amount": fact.number / 10**8,
            "label": f"{fact.number / 10**8:.2f}",
        }
        for kpi, kind in kinds.items()
        for fact in quarterly_tax(facts, kpi)
    ]
    order = [kind.say(language) for kind in kinds.values()]
    unit = Message("亿元", "RMB 100 million").say(language)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("quarter:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("amount:Q", title=unit, scale=alt.Scale(zero=True)),
        xOffset=alt.XOffset("kind:N", sort=order),
    )
    bars = base.mark_bar().encode(
        color=alt.Color("kind:N", title=None, sort=order, scale=alt.Scale(range=[_INK, _ACCENT]))
    )
    labels = base.mark_text(dy=-6, fontSize=11).encode(text="label:N")
    return _svg(bars + labels)


def monthly_tickets(facts: Facts) -> list[Fact]:
    """Return the closed assessment months that the windows of the bulletin speak of."""
    shown = [fact for fact in facts.series("building_ticket_cnt", "HM") if fact.is_shown]
    windows = facts.series("building_ticket_monthly_avg", "WINDOW")
    if not windows:
        return shown
    first = min(window.row["window_start"] for window in windows)
    return [fact for fact in shown if fact.row["window_start"] >= first]


def quarterly_tax(facts: Facts, kpi: str) -> list[Fact]:
    """Return the closed quarters of a tax figure."""
    return [fact for fact in facts.series(kpi, "Q") if fact.is_shown]


def _svg(chart: Any) -> str:
    styled = (
        chart.properties(width=560, height=260, background="white")
        .configure(font=_FONT)
        .configure_axis(labelFontSize=12, titleFontSize=12, labelColor=_INK, titleColor=_INK, gridColor="#e5e7eb")
        .configure_legend(labelFontSize=13, orient="top", labelColor=_INK, symbolSize=120)
        .configure_view(stroke=None)
    )
    return _responsive(vl_convert.vegalite_to_svg(styled.to_dict()))


def _responsive(svg: str) -> str:
    """Let the page decide the width; the drawing keeps its proportions and is described beside it."""
    head, _, rest = svg.partition(">")
    kept = [part for part in head.split(" ") if not part.startswith(("width=", "height="))]
    return " ".join([*kept, 'aria-hidden="true"', 'focusable="false"']) + ">" + rest
