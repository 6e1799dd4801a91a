# ResolutionFlow. `make run` serves it, `make test` is the whole check.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run dev quick one audit test fuzz bench statements screenshots format hooks clean

run: $(VENV)/.run-ready
	@RF_DEMO=$${RF_DEMO:-1} exec $(BIN)/python -m rxapp run

# Serves the app while you work on it: a change is live in seconds, without a build.
dev: $(VENV)/.dev-ready
	@RF_DEMO=$${RF_DEMO:-1} exec $(BIN)/python scripts/dev.py

# What to run before each commit: everything that needs neither a browser nor a server.
quick: $(VENV)/.dev-ready eslint/.ready
	@scripts/quick

# One test: make one T=tests/handoffs/test_claim_service.py::test_name
one: $(VENV)/.dev-ready
	@$(BIN)/python -m pytest $(T)

# Known vulnerabilities of the pinned packages.
audit: $(VENV)/.dev-ready
	@$(BIN)/python scripts/audit.py

test: $(VENV)/.dev-ready eslint/.ready
	@scripts/install-test-services
	@scripts/check

# Several minutes of random input on both databases; FUZZ_EXAMPLES multiplies the examples of a normal run.
fuzz: $(VENV)/.dev-ready
	@scripts/install-test-services
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-10} $(BIN)/python -m pytest -m "fuzz or hypothesis"

# Builds the pages if necessary, measures, and writes the table in docs/performance.md.
bench: $(VENV)/.dev-ready
	@scripts/install-test-services
	@$(BIN)/python -m tests.bench

# Counts the SQL statements of every route and handler again.
statements: $(VENV)/.dev-ready
	@$(BIN)/python -m tests.bench.statements

screenshots: $(VENV)/.dev-ready
	@scripts/install-test-services
	@$(BIN)/python -m tests.screenshots

format: $(VENV)/.dev-ready
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

# Checks format, lint and types before each commit in this clone.
hooks: $(VENV)/.dev-ready
	@$(BIN)/pre-commit install

clean:
	rm -rf $(VENV) .web assets/external eslint/node_modules eslint/.ready

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: set PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Install Python's venv first: apt-get install python3-venv"; exit 1; }

$(VENV)/.run-ready: requirements.txt | $(VENV)/bin/python
	@echo "Installing the Python packages…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev-ready: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing the Python packages…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.run-ready

eslint/.ready: eslint/package-lock.json | $(VENV)/.dev-ready
	@echo "Installing ESLint…"
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix eslint --silent --no-audit --no-fund
	@touch $@
