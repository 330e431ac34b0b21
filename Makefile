# Everything stands on `setup`, which does nothing where all is up to date.
# Talk goes to stderr; where JSON=1 is given, the result is the last line of stdout.

PYTHON3 ?= python3
PYTHON := .venv/bin/python
JSON_OPTION := $(if $(JSON),--json)

.DEFAULT_GOAL := help
.PHONY: help setup venv demo test check test-web bench long-faults long-power long-isotp mutate-guard long-guard long-evaluate long-jobs lock clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)$$/\1|\2/p' Makefile | awk -F'|' '{printf "make %-12s %s\n", $$1, $$2}'

setup: ## make .venv and the built UI
	@$(PYTHON3) -m scripts.set_up

venv: ## make .venv alone
	@$(PYTHON3) -m scripts.set_up venv

demo: setup ## the whole loop on this machine (unattended: DURATION=seconds JSON=1)
	@$(PYTHON) -m demo $(if $(DURATION),--duration $(DURATION)) $(JSON_OPTION)

test: setup ## every check and every test; what CI runs
	@$(PYTHON) -m scripts.system_packages
	@$(PYTHON) -m scripts.run_tests

check: venv ## ruff, mypy, import contracts: the quick look before a commit
	@$(PYTHON) -m scripts.check

test-web: setup ## the UI's own tests
	@$(PYTHON) -m scripts.node test

bench: setup ## side-by-side figures against peers (JSON=1)
	@$(PYTHON) -m benchmarks $(JSON_OPTION)

long-faults: setup ## kill, wipe and overflow many times (N=1000)
	@$(PYTHON) -m pytest -m faults --kills $(or $(N),1000) --timeout 0 -s

long-power: setup ## cut the power of the spool's disk many times (N=1000)
	@$(PYTHON) -m pytest -m power --cuts $(or $(N),1000) --timeout 0 -s

long-isotp: setup ## feed ISO-TP many hostile frames (N=10000000)
	@$(PYTHON) -m pytest tests/edge/obd/test_isotp_hostile.py --frames $(or $(N),10000000) --timeout 0 -s

mutate-guard: venv ## change the transmit guard in every small way; its tests must notice (JSON=1)
	@$(PYTHON) -m scripts.mutate_guard $(JSON_OPTION)

long-guard: venv ## random frames against the transmit guard (N=10000000 JSON=1)
	@$(PYTHON) -m tests.proof.guard_frames $(or $(N),10000000) $(JSON_OPTION)

long-evaluate: setup ## train on one fleet, evaluate on 5,000 vehicles x 180 days of another seed (N=5000 DAYS=180 FAULTS=1 JSON=1)
	@$(PYTHON) -m scripts.long_evaluate --vehicles $(or $(N),5000) --days $(or $(DAYS),180) --fault-rate $(or $(FAULTS),1) $(JSON_OPTION)

long-jobs: venv ## random steps against the state machine of rescues (N=1000000 JSON=1)
	@$(PYTHON) -m tests.proof.job_steps $(or $(N),1000000) $(JSON_OPTION)

lock: venv ## resolve pyproject.toml again into constraints.txt and bootstrap.txt
	@$(PYTHON) -m scripts.lock

clean: ## remove what set-up and runs have made
	@rm -rf .venv .setup.lock cloud/ui/dist web/node_modules dist build var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
