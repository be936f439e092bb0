# linewright: everything a newcomer types. `make help` lists it.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
# What the environment was made from; touched when the installation is complete.
STAMP   = $(VENV)/.installed
# Two cores is the smallest machine we promise anything on; more are used when there are more.
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: help demo test check proof bench lab-deps lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml requirements.lock
	@echo "Setting up $(VENV) (once; about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "linewright needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 demo"; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP) ## the main job on simulated devices: plan, push, verify, document (no root, no network)
	@$(BIN)/linewright demo --into demo

test: $(STAMP) ## every test this machine can run; says what it did not run and why
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

check: $(STAMP) ## fast: lint, format, types, layers, quick tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -n $(JOBS) -q -m "not lab and not netbox and not postgres and not pyats and not slow"

proof: $(STAMP) ## long proofs: every property on many examples; real parts with nothing cached, a Debian made from nothing (root, half an hour)
	@LINEWRIGHT_EXAMPLES=3000 $(BIN)/python -m pytest -q -n $(JOBS) -m "not lab and not netbox and not postgres and not pyats and not slow"
	@LINEWRIGHT_SEEDS=50 $(BIN)/python -m pytest -q tests/nemesis
	@fresh=$$(mktemp -d) && LINEWRIGHT_CACHE=$$fresh LINEWRIGHT_NETBOX_DUMP_DIR=/nonexistent LINEWRIGHT_REQUIRE=netbox \
		$(BIN)/python -m pytest -q -m netbox tests/lab/netbox/test_real.py; code=$$?; rm -rf $$fresh; exit $$code
	@.ci/demo-in-fresh-debian

bench: $(STAMP) ## figures beside peers
	@for figure in bench/*.py; do echo "== $$figure"; PYTHONPATH=. $(BIN)/python $$figure; done

lab-deps: ## the real parts, from Debian's packages (root; starts no service)
	@.ci/lab-deps

lock: $(STAMP) ## renew requirements.lock from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --extra age --extra ansible --extra docs --extra keyring --extra postgres --extra pyats --extra vault --group dev pyproject.toml -o requirements.lock

clean: ## remove what make made (environments and built files, no site data)
	@rm -rf $(VENV) build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
