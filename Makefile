# Everything sets itself up: a virtual environment, the pinned packages, the package itself.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint lab speed faults clean

demo: $(READY)
	$(BIN)/counterfoil demo --out demo

test: $(READY)
	$(BIN)/pytest -n auto --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: $(READY)
	$(BIN)/python benchmarks/lab.py --out lab

speed: $(READY)
	$(BIN)/python benchmarks/mine_speed.py
	$(BIN)/python benchmarks/text_speed.py

faults: $(READY)
	COUNTERFOIL_FAULTS=5000 $(BIN)/pytest tests/faults tests/mine/engines
	PYTHONPATH=tests $(BIN)/python -m faults.fuzz --cases 1000000
	PYTHONPATH=tests $(BIN)/python -m faults.kills

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

clean:
	rm -rf $(VENV) demo
