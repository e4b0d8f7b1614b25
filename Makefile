# make run: a simulated quarter from files to a published release.  make test: everything that CI runs.
# make ui: Dagster's pages, and the daemon of its sensors and backfills.  make bench [QUICK=1]: what it costs beside the bare work.
# make contracts: write dbt's sources from the contracts.  make lock: pin the dependencies again.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name) 2>/dev/null)))
BIN := .venv/bin
READY := .venv/.ready

.PHONY: run test lint unit ui bench contracts lock setup

run: $(READY)
	$(BIN)/louyu demo

test: lint unit

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

unit: $(READY) browser
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -rs

ui: $(READY)
	DAGSTER_HOME="$$($(BIN)/python -m dagster_project.ui)" PYTHONWARNINGS=ignore $(BIN)/dagster dev -w workspace.yaml

# quick: ten minutes on two processors, so the quarter is only run once, as `louyu demo`.  In full it takes hours, a whole city one of them and 30 GiB; stopped, it goes on in BENCH_WORK
BENCH_WORK ?= var/bench/work
bench: $(READY)
	$(BIN)/python -m benchmarks.city $(if $(QUICK),--quick,--whole --districts 16 --work $(BENCH_WORK))
	$(if $(QUICK),,$(BIN)/python benchmarks/quarter.py)
	$(BIN)/python benchmarks/ingest.py $(if $(QUICK),--rounds 1 --rows 200000 --sheet-rows 20000,--rows 10000000 --sheet-rows 1000000)

setup: $(READY)

contracts: $(READY)
	$(BIN)/python -m warehouse.sources

# byte code is compiled once here, so that no command pays for it
$(READY): requirements.lock pyproject.toml
	@echo "Installing into .venv, which takes a minute or two ..."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --compile --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

lock: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --extra dev --generate-hashes --no-header --no-annotate \
		pyproject.toml -o requirements.lock
	for peer in pandas postgres; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate benchmarks/peers/$$peer.in -o benchmarks/peers/$$peer.lock; done

# what opens the bulletin in tests and takes its pictures: CHROMIUM, or the first of these
BROWSERS := chromium chromium-browser google-chrome
PICTURES_HOME := $(or $(LOUYU_HOME),var)/pictures

.PHONY: browser pictures

browser:
	@for name in $(or $(CHROMIUM),$(BROWSERS)); do command -v "$$name" >/dev/null 2>&1 && exit 0; done; \
	if [ -z "$(CHROMIUM)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing chromium and fonts-noto-cjk for the browser tests ..."; \
		timeout 120 apt-get update -qq && DEBIAN_FRONTEND=noninteractive timeout 300 \
		apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null && exit 0; \
	fi; \
	echo "No browser, so the browser tests are skipped: install chromium, or name one with CHROMIUM="

.PHONY: dictionary dbt-docs
# dbt's own pages of models, columns and lineage, in one file that needs no network
dbt-docs: $(READY)
	LOUYU_WAREHOUSE="$(or $(LOUYU_HOME),var)/warehouse/louyu.duckdb" DO_NOT_TRACK=1 $(BIN)/dbt docs generate --static \
		--no-version-check --project-dir dbt --profiles-dir dbt --target-path "$(or $(LOUYU_HOME),var)/dbt-docs" \
		--log-path "$(or $(LOUYU_HOME),var)/logs"
	@echo "open $(or $(LOUYU_HOME),var)/dbt-docs/static_index.html"

# the data dictionary in the docs
dictionary: $(READY)
	$(BIN)/louyu demo --home $(PICTURES_HOME)
	$(BIN)/python -m publish.dictionary_page $(PICTURES_HOME) docs/data-dictionary.md

.PHONY: gates
# what the gates stop: a hundred faults, each in a month of its own; goes on where it was stopped
gates: $(READY)
	$(BIN)/python -m benchmarks.mutation --page docs/gates.md

# the pictures of the bulletin in the docs
pictures: $(READY) browser
	$(BIN)/louyu demo --home $(PICTURES_HOME)
	$(BIN)/python docs/pictures.py $(PICTURES_HOME)/published/bulletin.html docs/img
