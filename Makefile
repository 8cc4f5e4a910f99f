# What people and CI run. Needs Python >= 3.11 and make; uses uv where it is on the PATH.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

# Without bytecode every process that is started compiles JAX, SymPy and this package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test quick bench mutants lint picture lock clean

demo: $(VENV)/.ready
	$(BIN)/autograder demo -o demo

test: $(VENV)/.ready lint
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not bench"

quick: $(VENV)/.ready
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not bench"

bench: $(VENV)/.ready
	$(BIN)/python -m pytest tests/benchmarks -m bench -s -p no:xdist

# Does a test see a small change? CONTRIBUTING.md explains SAMPLE, SEED, AREAS, TESTS and MORE.
TOOLS := tests/mutation/requirements.txt
mutants: $(VENV)/.mutants
	$(BIN)/python tests/mutation --sample $(or $(SAMPLE),100) --seed $(or $(SEED),1) \
		$(if $(AREAS),--areas $(AREAS)) $(if $(TESTS),--tests $(TESTS)) $(MORE)

$(VENV)/.mutants: $(VENV)/.ready $(TOOLS)
	if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python -c requirements.lock -r $(TOOLS); \
		else $(BIN)/python -m pip install --quiet -c requirements.lock -r $(TOOLS); fi
	touch $@

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(VENV)/.ready: pyproject.toml requirements.lock
	PYTHON="$(PYTHON)" sh ./.ci/setup $(VENV)
	touch $@

# docs/architecture.md has a picture of the imports.
picture: $(VENV)/.ready
	$(BIN)/python -m tests.architecture_picture

# Pins for every platform, no download addresses.
lock:
	uv pip compile --universal --all-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .mutants demo grades .pytest_cache .mypy_cache .ruff_cache
