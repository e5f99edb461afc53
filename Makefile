# The two commands that matter: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup dev demo test lint soak bench audit lock clean

setup: $(VENV)/.run

$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Saan needs Python 3.11 or newer: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

dev: $(VENV)/.dev

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup
	$(BIN)/saan demo

# Everything that can run here; what is left out (no PostgreSQL, no Chromium) is said at the end.
test: dev
	$(BIN)/python -m pytest -n 3

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The long drills, whole: kill rounds on both databases, fuzzing.
soak: dev
	$(BIN)/python -m tests.soak

bench: dev
	$(BIN)/python -m tests.bench

audit: dev
	$(BIN)/pip-audit --require-hashes -r requirements.lock --disable-pip

# Write the locks anew from pyproject.toml; they name no index.
UV := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links --extra postgres --extra build
lock: dev
	$(UV) -o requirements.lock
	$(UV) --extra dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache var
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
