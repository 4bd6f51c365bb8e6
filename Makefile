# Needs git, make and python3 (3.11 or newer); the first target that runs sets up .venv, once.
# More for the command behind a target goes into ARGS: make test ARGS="-k tokens", make lab ARGS=--no-browser
PYTHON_HERE := .venv/bin/python
READY := .venv/.ready
# Our kernel, not one of the same name in the home folder:
export JUPYTER_PREFER_ENV_PATH := 1

.DEFAULT_GOAL := help
.PHONY: help reports pdf test lab docs check bench seeds lock clean

help:  ## these lines
	@awk -F ':.*  ## ' '/^[a-z]+:.*  ## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

reports: $(READY)  ## run the notebooks on both corpora, into reports/alliance/latest and reports/harbour/latest
	$(PYTHON_HERE) -m crosscurrents report alliance harbour $(ARGS)

pdf:  ## print the pages of the last report by Chromium, into its folder pdf: make pdf REPORT=alliance
	@sh scripts/pdf.sh reports/$(or $(REPORT),alliance)/latest

test: $(READY)  ## run all tests, on all processors
	$(PYTHON_HERE) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lab: $(READY)  ## open JupyterLab on the workbench; its address is printed, too
	@echo "The notebooks are the files that reports run: copy one (File > Save As) before you try things." >&2
	@$(PYTHON_HERE) -m jupyterlab --log-level=WARN --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/explore.ipynb $(ARGS)

docs: $(READY)  ## build the documentation to read offline, into site/ (installs the extra docs, once)
	@sh scripts/docs.sh

check: $(READY)  ## lint code and notebooks
	$(PYTHON_HERE) -m ruff check .
	$(PYTHON_HERE) -m nbstripout --verify --extra-keys "metadata.papermill cell.metadata.papermill" \
	    $(wildcard notebooks/*.ipynb tests/notebooks/*.ipynb)

bench: $(READY)  ## time what matters
	$(PYTHON_HERE) bench/reports.py --repeats 3
	$(PYTHON_HERE) bench/words.py
	$(PYTHON_HERE) bench/tone.py
	$(PYTHON_HERE) bench/bench.py $(ARGS)

seeds: $(READY)  ## bring the seed texts in, checked by hash: make seeds FROM=folder
	@test -n "$(FROM)" || { echo "say where the texts are: make seeds FROM=folder" >&2; exit 2; }
	$(PYTHON_HERE) -m crosscurrents add seeds/alliance "$(FROM)" --listed

lock:  ## pin the newest libraries that pyproject.toml allows (needs uv)
	uv pip compile --no-config --universal --python-version 3.11 --extra explore --extra test --no-strip-extras --upgrade --quiet \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	    pyproject.toml --output-file requirements.lock
	sed -i.old 's/^lxml\[html-clean\]/lxml[html_clean]/' requirements.lock && rm requirements.lock.old  # as pip 23 spells it

clean:  ## remove the set-up and everything that was made; texts and reports stay
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis build dist site
	find lib tests bench notebooks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(READY): requirements.lock pyproject.toml
	@sh scripts/setup.sh
