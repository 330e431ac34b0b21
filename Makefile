# Everything stands on `setup`, which does nothing where all is up to date.
# Talk goes to stderr; where JSON=1 is given, the result is the last line of stdout.

PYTHON3 ?= python3
PYTHON := .venv/bin/python
JSON_OPTION := $(if $(JSON),--json)

.DEFAULT_GOAL := help
.PHONY: help setup demo test check test-web bench long-faults lock clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)$$/\1|\2/p' Makefile | awk -F'|' '{printf "make %-12s %s\n", $$1, $$2}'

setup: ## make .venv and the built UI
	@$(PYTHON3) scripts/set_up.py

demo: setup ## run the whole loop on this machine (DURATION=seconds to run unattended, JSON=1)
	@$(PYTHON) -m demo $(if $(DURATION),--duration $(DURATION)) $(JSON_OPTION)

test: setup ## every check and every test; what CI runs
	@$(PYTHON) scripts/test_system_packages.py
	@$(PYTHON) scripts/run_tests.py

check: setup ## ruff, mypy, import contracts: the quick look before a commit
	@$(PYTHON) scripts/check.py

test-web: setup ## the UI's own unit tests and checks
	@$(PYTHON) scripts/run_tests.py web

bench: setup ## side-by-side figures against peers (JSON=1)
	@$(PYTHON) -m benchmarks $(JSON_OPTION)

long-faults: setup ## kill, wipe and overflow many times (N=1000)
	@$(PYTHON) scripts/run_tests.py faults $(or $(N),1000)

lock: setup ## resolve pyproject.toml again into constraints.txt and bootstrap.txt
	@$(PYTHON) scripts/lock.py

clean: ## remove what set-up and runs have made
	@rm -rf .venv .setup.lock cloud/ui/dist web/node_modules dist build var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
