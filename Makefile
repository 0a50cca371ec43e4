# Every target that needs something sets it up first; `make setup` skips what is done.

PYTHON = python3
# What the commands start themselves, `pulumi` above all, comes from the environment too.
IN_ENV = PATH="$$PWD/.venv/bin:$$PATH"

.PHONY: help setup rehearsal test lint types bench schema clean-state

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## the Python environment, the Pulumi engine, the rehearsal's secrets and stacks
	@command -v $(PYTHON) >/dev/null || { \
	  echo "setup: no $(PYTHON) on PATH; install Python 3.11 or newer (https://www.python.org/downloads/) and run again"; exit 1; }
	@$(PYTHON) engine/setup.py

rehearsal: setup ## preview and apply every fusion to the emulated portal, and check that nothing is left to do
	@$(IN_ENV) fusion rehearsal

test: setup ## all tests
	@$(IN_ENV) python -m pytest

lint: setup ## style
	@$(IN_ENV) ruff check
	@$(IN_ENV) ruff format --check

types: setup ## static types
	@$(IN_ENV) mypy

bench: setup ## preview and up of the largest fusion, against the engine's floor
	@$(IN_ENV) python -m benchmarks

schema: setup ## write the declarations' JSON Schema from the models
	@$(IN_ENV) fusion schema --write

clean-state: ## throw away the local state: every stack on this machine, the rehearsal's secrets and its portal
	rm -rf .state
