# make run: a simulated quarter from files to a published release.  make test: everything that CI runs.
# make ui: Dagster's pages.  make contracts: write dbt's sources from the contracts.  make lock: pin the dependencies again.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name) 2>/dev/null)))
BIN := .venv/bin
READY := .venv/.ready

.PHONY: run test lint unit ui contracts lock setup

run: $(READY)
	$(BIN)/louyu demo

test: lint unit

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(READY)
	$(BIN)/pytest -n auto

ui: $(READY)
	mkdir -p $(or $(LOUYU_HOME),var)/dagster
	DAGSTER_HOME=$(abspath $(or $(LOUYU_HOME),var)/dagster) $(BIN)/dagster-webserver -w workspace.yaml

contracts: $(READY)
	$(BIN)/python -m warehouse.sources

setup: $(READY)

# byte code is compiled once here, so that no command pays for it
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --compile --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

lock:
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --extra dev --generate-hashes --no-header --no-annotate \
		pyproject.toml -o requirements.lock
