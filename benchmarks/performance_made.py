"""How each figure of the page is made, as the page says it."""

MADE = (
    "## How each figure is made 指标如何得出",
    "",
    "* **rows**: records of all feeds in the inbox, the broken ones among them, as `louyu sample` counts them.",
    "* **wall**: from the start of the process to its end, imports included; the median of the rounds. Pipeline and"
    " floor run in turn, each in a process of its own, the pipeline into an empty home.",
    "* **CPU**: user and system time of the process and of all that it waited for, as the kernel accounts for them.",
    "* **peak MiB**: the largest sum of resident memory over the processes that live at one time, looked at every"
    " 50 ms; pages that processes share count once for each.",
    "* **parts**: from the moment at which `logs/louyu.log` of the home says that a part begins to that of the next."
    " `start` is the interpreter and its imports; what follows the last part's work belongs to the last.",
    "* **exponent**: the slope of the least-squares line through the logarithms of rows and cost, over the parts of one"
    " district; 1 is proportional. Fixed costs at small sizes press it below what a further row costs, which the"
    " straight line beside it tells: `fixed` where it begins, and its slope.",
    "* **figures compared, differing**: value, numerator and denominator of every figure that either side has of the"
    " floor's KPIs, by `benchmarks/floor/comparing.py`, before disclosure control.",
    "* **several districts**: one `louyu run --inbox CITY --home HOMES`, which runs as many districts at once as there"
    " are processors and gives each its part of DuckDB's memory; its peak is over the processes of all. The floor runs"
    " as many districts at once in the same way, each in a process with its part of the processors. A city that was"
    " stopped and started again adds up its sessions; districts that were unfinished at a stop are run again, and what"
    " they had taken until the last district was finished is in the sum. `benchmarks/whole.py`.",
    "* **gates**: the part of the log in which the gates run, plus the seconds of every dbt test by"
    " `warehouse/identity/<build>/dbt.json`, over the wall time of the whole build. dbt runs two at a time, and each"
    " test counts whole, so the share is rather too large. **disclosure**: its part of the log over the same.",
    "* **one more day**: the sample without its last days is built with `--as-of 2023-12-31`; then H01 and H02 of one"
    " day are delivered with the newest receipt of all and `louyu run` is measured again. **one correction**: T01 of a"
    " month three months and more before the last comes again as version 2 with 1,000.00 yuan more in one tenant's row."
    " With several rounds each is another day and another month; the median is shown. After each the delivery must be"
    " ACCEPTED and the state CHECKED, and for the home with the shortest history all tables of the candidate must be"
    " those of a fresh home. `benchmarks/history.py`.",
    "* **peers**: each runs in an environment of its own over the same inbox, right after the pipeline; one that does"
    " not finish within its limits of time and memory has that as its result, and its wall time is where it ended."
    " `× its comparable part` leaves out of the pipeline what no peer does: the candidate's export, disclosure control"
    " and the release. PostgreSQL keeps nothing safe from a crash, analyzes each new table and joins by hash where it"
    " can (`benchmarks/peers/dbt_postgres/`).",
    "* **make run, warm**: `louyu demo` into an empty home, which is what `make run` does once its environment is"
    " there; the files it reads were read before.",
)
