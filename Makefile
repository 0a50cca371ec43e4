# Every target that needs something sets it up first; `make setup` skips what is done.

PYTHON = python3
# Compiled modules are kept, whatever the caller's environment says: a test run starts Python hundreds of times.
unexport PYTHONDONTWRITEBYTECODE
# What the commands start themselves, `pulumi` above all, comes from the environment too.
IN_ENV = PATH="$$PWD/.venv/bin:$$PATH"

.PHONY: help setup rehearsal check test test-times fuzz fuzz-files hostile leaks kills fleet-kills faults chaos properties lint types bench schema openapi rules rules-proof clean-state

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## the Python environment, the Pulumi engine, the rehearsal's secrets and stacks
	@command -v $(PYTHON) >/dev/null || { \
	  echo "setup: no $(PYTHON) on PATH; install Python 3.11 or newer (https://www.python.org/downloads/) and run again"; exit 1; }
	@$(PYTHON) engine/setup.py

rehearsal: setup ## preview and apply every fusion to the emulated portal, and check that nothing is left to do
	@$(IN_ENV) fusion smoke

# On all processors, a file at a time, in the order of tests/support/order.py.
ON_ALL = -n auto --dist loadfile --no-loadscope-reorder

test: setup ## all tests
	@$(IN_ENV) python -m pytest $(ON_ALL)

check: setup lint types ## what a change needs at least, in 90 seconds: the quick tests, style, types
	@$(IN_ENV) python -m pytest $(ON_ALL) -m "not (engine or kills or fuzz or stories or long)"

test-times: setup ## all tests, and where their processor time goes
	@$(IN_ENV) python -m pytest $(ON_ALL) -p tests.support.processor_times

FUZZ_SECONDS ?= 3600

fuzz: setup ## generated calls against every API of the emulated portal, for an hour or FUZZ_SECONDS
	@$(IN_ENV) python -m tests.torture.fuzz --seconds $(FUZZ_SECONDS)

CASES ?= 2000

fuzz-files: setup ## mutated declarations and secrets files, CASES of them from SEED on: findings with places, no secret back (minutes)
	@$(IN_ENV) python -m tests.torture.files --cases $(CASES) --seed $(or $(SEED),1)

hostile: setup ## a portal that misbehaves, in every way at every call; writes the figures of docs/reliability.md (minutes)
	@$(IN_ENV) python -m tests.torture.hostile $(if $(SEED),--seed $(SEED))

leaks: setup ## planted passwords and INSZ, looked for in all that is printed and kept; writes docs/reliability.md (minutes)
	@$(IN_ENV) python -m tests.torture.leaks

KILLS ?= 100
SEED ?=

kills: setup ## kill -9 of the engine, its hosts or the portal KILLS times, half of them in rehearsals; no trace may be left (an hour)
	@$(IN_ENV) python -m tests.torture.kills --kills $(KILLS) $(if $(SEED),--seed $(SEED))

RUNS ?= 200

faults: setup ## RUNS fleet runs at a portal that fails a fifth of the calls; plain reruns must end well; writes docs/reliability.md (an hour)
	@$(IN_ENV) python -m tests.torture.faults --runs $(RUNS) $(if $(SEED),--seed $(SEED)) --report docs/reliability.md

chaos: kills

FLEET_KILLS ?= 60

fleet-kills: setup ## the same FLEET_KILLS times in runs of many stacks, with states in a folder and on PostgreSQL (an hour)
	@$(IN_ENV) python -m tests.torture.kills --fleet --kills $(FLEET_KILLS) $(if $(SEED),--seed $(SEED))

FACTOR ?= 20

properties: setup ## any sequence of edits, drift, time and trouble, then up: FACTOR times as many as in make test (minutes)
	@PROPERTIES_SEED=$(or $(SEED),$$(date +%s)) PROPERTIES_FACTOR=$(FACTOR) $(IN_ENV) \
	  python -m pytest tests/torture/properties -k after_every_up

lint: setup ## style
	@$(IN_ENV) ruff check
	@$(IN_ENV) ruff format --check

types: setup ## static types
	@$(IN_ENV) mypy

# With RECORD=1 the ratios are added to benchmarks/results/, and the page's picture is drawn anew.
RECORD ?=
RECORDED = $(if $(RECORD),--record)

bench: setup ## ratios: the largest fusion to the engine's floor, and its calls; thirteen at once to one by one, a hundred, 600 centres; Terraform beside it; and calls a second of the served portal, moving 100,000 forms (two hours)
	@$(IN_ENV) python -m benchmarks $(RECORDED)
	@$(IN_ENV) python -m benchmarks.calls $(RECORDED)
	@$(IN_ENV) python -m benchmarks.plans $(RECORDED)
	@$(IN_ENV) python -m benchmarks.fleet $(RECORDED)
	@$(IN_ENV) python -m benchmarks.terraform $(RECORDED)
	@$(IN_ENV) python -m benchmarks.load
	@$(IN_ENV) python -m benchmarks.dossiers
	$(if $(RECORD),@$(IN_ENV) python -m benchmarks.plot)

schema: setup ## write the declarations' JSON Schema from the models
	@$(IN_ENV) fusion schema --write

rules: setup ## write docs/rules-tests.md, which tests are about which rule
	@$(IN_ENV) python -m tests.rules_index --write

rules-proof: setup ## break each of the manual's rules in a copy of the portal, and see that its tests notice (minutes)
	@$(IN_ENV) python -m tests.emulator.rules_proof

openapi: setup ## write docs/openapi/ from the portal's tables
	@$(IN_ENV) fusion emulator openapi --write

# Of a private key there is no other copy: no authority, state or portal gives it back.
clean-state: ## throw away the local state: every stack on this machine, the rehearsal's secrets and its portal; private keys stay
	@[ ! -d .state ] || find .state -mindepth 1 -maxdepth 1 ! -name keys -exec rm -rf {} +
	@[ ! -d .state/keys ] || echo "clean-state: .state/keys stays: there is no other copy of these private keys"
