# What people and CI run. Needs Python >= 3.11 and make; uses uv where it is on the PATH.
PYTHON ?= python3
# another Python has an environment of its own: make test PYTHON=python3.13 uses .venv-python3.13
VENV := .venv$(if $(filter-out python3,$(PYTHON)),-$(notdir $(PYTHON)))
BIN := $(VENV)/bin

# Without bytecode every process that is started compiles JAX, SymPy and this package anew.
unexport PYTHONDONTWRITEBYTECODE

# Three for two processors: tests wait for jails, browsers and commands half of their time. With little memory: make test WORKERS=2.
WORKERS ?= 3

.PHONY: demo test quick test-lowest bench mutants lint site pictures picture lock clean

demo: $(VENV)/.ready
	$(BIN)/autograder demo -o demo

test: $(VENV)/.ready lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not bench"

quick: $(VENV)/.ready
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not bench"

# The other end of the ranges in pyproject.toml: the oldest versions that they allow. uv alone can ask for these.
LOWEST := .venv-lowest
test-lowest: $(LOWEST)/.ready
	$(LOWEST)/bin/python -m pytest -n 2 --dist worksteal -m "not slow and not bench"

$(LOWEST)/.ready: pyproject.toml
	uv venv --allow-existing --quiet --python 3.11 $(LOWEST)
	uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct -e '.[test]'
	touch $@

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

# The manual as a website, in site/: what a release brings with it and `autograder docs` opens.
site: $(VENV)/.ready
	$(BIN)/python -m tests.manual.site

# The manual's pictures, taken from a simulated class, its desk and a JupyterLab; needs chromium.
pictures: $(VENV)/.ready
	$(BIN)/python -m tests.manual.pictures

# docs/architecture.md has a picture of the imports.
picture: $(VENV)/.ready
	$(BIN)/python -m tests.architecture_picture

# Pins for every platform, no download addresses.
lock:
	uv pip compile --universal --all-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 pyproject.toml -o requirements.lock

clean:
	rm -rf .venv .venv-* .mutants .site site jupyter_execute demo grades .pytest_cache .mypy_cache .ruff_cache
