# The targets, each one or two lines. `make` lists them.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# What a target needs is set up by its first use: a virtual environment with just the versions that CI tests. `run` needs the program
# alone; what works on it (tests, linters, Spark) is ten times as much to fetch.
RUNS := .venv/.runs
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run test search coverage check bench eval train docs page clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: $(READY) ## make .venv with the versions in constraints.txt
$(RUNS): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@
$(READY): $(RUNS)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,spark]'
	@touch $@

run: $(RUNS) ## set up, and do the main job on the sample newsroom
	@$(BIN)/twosource sample

test: $(READY) ## set up, and run all tests
	@PYTHONHASHSEED=0 $(BIN)/pytest -n 2

search: $(READY) ## try all laws with twenty times as many examples, from fresh seeds (some minutes)
	@SEARCH_LAWS=20 $(BIN)/pytest -n 2 -m hypothesis

coverage: $(READY) ## run all tests, and print what share of each package they run
	@$(BIN)/python -m slipcover --source storage,scrapers,aggregator --json --out .coverage.json \
		-m pytest -n 2 -W ignore::pytest.PytestAssertRewriteWarning
	@$(BIN)/python -m bench.covered .coverage.json

check: $(READY) ## all that CI runs: lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test
	@$(BIN)/python -m bench.covered .coverage.json

bench: $(READY) ## speed, as ratios in one run (some minutes)
	@$(BIN)/python -m bench.all

eval: $(READY) ## all gold figures in one table (needs ../shared)
	@$(BIN)/python -m bench.eval

train: $(READY) ## train the judge of blocks anew on the shared pages (needs ../shared)
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[train]'
	@$(BIN)/python -m bench.train

docs: $(READY) ## the command line's reference, written from its help
	@$(BIN)/python -m aggregator.cli.manual > docs/commands.md
	@$(BIN)/python -m storage.documentation > docs/schema.md
	@$(BIN)/python -m scrapers.pages.testimony

page: $(READY) ## save a page as a test outside the repository: make page URL=https://…
	@$(BIN)/twosource read --save ../pages "$(URL)"

clean: ## remove what the targets made
	rm -rf .venv build *.egg-info .coverage.json sample-newsroom .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
