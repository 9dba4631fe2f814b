# `make serve` and `make test` do everything by themselves. They need Python 3.11 with its venv module, make, and
# a package registry; on Debian: apt-get install python3.11-venv make
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# `make serve PORT=9000` to try it on another port.
ifdef PORT
export FEEDS_SERVER__PORT := $(PORT)
export FEEDS_SITE__URL := http://127.0.0.1:$(PORT)
endif

.PHONY: serve test soak lint format bench screenshots clean

# The program alone: quick for those who only want to see it run.
$(VENV)/.program: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Khulasat needs Python 3.11 or newer; $(PYTHON) is older: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "The venv module is missing: apt-get install python3.11-venv"; rm -rf $(VENV); exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.program
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

serve: $(VENV)/.program
	@$(BIN)/feeds samples | $(BIN)/feeds import --if-empty -
	@exec $(BIN)/feeds serve

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config pyproject.toml

test: lint
	@sh tools/debian_programs.sh
	rm -f .coverage .coverage.*
# By worksteal the tests of a file stay together: what they share is made once.
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal $(PYTEST)
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# What takes minutes: floods, and load over time.
soak: $(VENV)/.dev
	@sh tools/debian_programs.sh soak
	$(BIN)/python -m pytest -m soak --timeout 1800 $(PYTEST)

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	@sh tools/debian_programs.sh bench
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python -m benchmarks

screenshots: $(VENV)/.dev
	@sh tools/debian_programs.sh
	$(BIN)/python -m tools.screenshots

clean:
	rm -rf $(VENV) .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
