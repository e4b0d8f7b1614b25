"""Why a fault that slips is not stopped: what a gate would have to know."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "t01-largest-dropped": "three rows of 7,448: one payer that is gone looks like one that moved out of the district",
    "t01-refunds-dropped": "two rows of 7,448 and no stated number of refunds to hold them against",
    "t01-refunds-as-payments": "two rows of 7,448; without the flag nothing says that an amount was a refund",
    "r01-stage-lost": "lists of titles are changes: another stage of a title is what such a list is there to tell",
    "r02-relisted": "twelve companies; only three snapshots of ten rows are a measure",
    "h01-not-sent": "rates of a month that was out already stay those of what was known of its tickets then",
    "h02-failures-lost": "rates of a month that was out already; the month's own wait for the feed of the next",
    "h02-not-sent": "rates of a month that was out already stay those of the callbacks known then",
    "h01-exclusions-lost": "four tickets; an exclusion may be taken back, which is a new version of the ticket",
    "h01-stale": "a pull that repeats the one before says that nothing has changed since (B-DUP-02, IGNORE)",
    "h01-silently-missing": "a third: tickets of a district may fall by half from one year to the next, and did",
    "m01-half-lost": "47 meetings: months of so few differ by as much of themselves",
    "p01-half-lost": "half: lists of appeals differ by as much from month to month",
    "r01-small-giant-unnamed": "lists of titles are changes, and another title is what such a list is there to tell",
    "r02-dropped": "five companies of ten: a short list is no measure of itself",
    "v01-half-lost": "half: stations visit as many more or fewer from month to month",
    "a01-doubled": "one street's 33 activities: series of activities repeat on another day",
    "v01-stale": "stations visit the same enterprises again",
}
