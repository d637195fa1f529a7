# make demo   creates .venv, installs, builds the graph, asks the flagship question
# make test   all tests, doctests, lint and types; needs no root
# make mappings      the mapping sets, by the sssom package, in an environment of its own
# make vocabularies  id patterns and pages of the vocabularies, anew from Bioregistry
# make bench-endpoint  the server beside oxigraph's and rdflib-endpoint
# make bench-loading  loading 10,000 made-up trial records, beside the engine's bulk load
# make bench-changes  what a small load costs, beside deriving all anew
# make bench-exports  exports in each format, beside the engine's own dump
# make bench-engines  the same questions to other engines: rdflib, rdflib-turbo, maplib, Virtuoso
# make bench-queries  each canned query on graphs of three sizes
# make bench-pages  how long the server takes, and how large its pages are
# make bench-results  all of them but the endpoint, written into benchmarks/RESULTS.md
# make bench-validation  the shapes by us, pySHACL and pyshacl-turbo
# make bench-kills  200 writers killed at random moments, and what they leave
# make bench-names  precision and recall over the names written by hand; MISSED=1 lists what was missed
# make prove-shapes  what the shapes find of damage done to the curated data
# make model  docs/reference/model.md, from the vocabulary, the graph and the canned queries
# make drawing  the picture of the layers, from the contracts in pyproject.toml
# make bench  the figures of the README, measured here; with AGAINST=COMMIT the cold start of both

.PHONY: demo test lint types drawing model prove-shapes bench bench-endpoint bench-loading bench-changes bench-exports bench-engines bench-pages bench-queries bench-kills bench-validation bench-names bench-results mappings vocabularies lock clean

# An environment holds its own address: one that was moved or copied is made anew.
ifeq ($(shell [ -e .venv/place ] && [ "$$(cat .venv/place)" != "$$(pwd -P)" ] && echo moved),moved)
$(shell rm -rf .venv)
endif

demo: .venv/installed
	@.venv/bin/regimenkg demo --prefix .venv/bin/

test: .venv/developing
	@sh scripts/check.sh

lint: .venv/developing
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/lint-imports --no-logo

types: .venv/developing
	@.venv/bin/mypy

drawing: .venv/developing
	@.venv/bin/python scripts/draw_layers.py

model: .venv/developing
	@.venv/bin/python scripts/write_model.py
	@.venv/bin/python scripts/write_reference.py

prove-shapes: .venv/developing
	@.venv/bin/python tests/corruptions.py

bench: .venv/developing
	@.venv/bin/python benchmarks/run.py $(if $(AGAINST),--against $(AGAINST))

bench-endpoint bench-loading bench-changes bench-exports bench-pages bench-queries: .venv/developing
	@.venv/bin/python benchmarks/$(@:bench-%=%).py $(SIZES)

bench-engines: .venv/developing .venv/engines/ready
	@.venv/bin/python benchmarks/side_by_side.py --others .venv/engines/bin/python $(SIZES)

bench-validation: .venv/developing .venv/engines/ready
	@.venv/bin/python benchmarks/validation.py --others .venv/engines/bin/python $(SIZES)

# Engines that are not ours to depend on live beside the project's environment.
.venv/engines/ready: .venv/installed requirements/engines.txt
	@.venv/bin/python -m venv --clear .venv/engines
	@.venv/engines/bin/python -m pip install --quiet --disable-pip-version-check \
		-r requirements/engines.txt
	@touch $@

bench-kills: .venv/developing
	@.venv/bin/python benchmarks/kills.py $(KILLS)

bench-names: .venv/developing
	@.venv/bin/python benchmarks/names.py $(if $(MISSED),--missed)

bench-results: .venv/developing .venv/engines/ready
	@.venv/bin/python benchmarks/results.py $(if $(SIZE),--size $(SIZE)) $(ONLY)

# The sssom and bioregistry packages are heavy, so they live beside the project's environment.
mappings: .venv/developing .venv/mappings/ready
	@.venv/bin/regimenkg map check
	@.venv/bin/regimenkg export --mappings sssom -o .venv/mappings/all.sssom.tsv
	@.venv/mappings/bin/python scripts/validate_sssom.py ontology/mappings/*.sssom.tsv \
		.venv/mappings/all.sssom.tsv
	@.venv/mappings/bin/python scripts/freeze_vocabularies.py --check

vocabularies: .venv/mappings/ready
	@.venv/mappings/bin/python scripts/freeze_vocabularies.py

.venv/mappings/ready: .venv/installed requirements/mappings.txt
	@.venv/bin/python -m venv --clear .venv/mappings
	@.venv/mappings/bin/python -m pip install --quiet --disable-pip-version-check \
		-r requirements/mappings.txt
	@touch $@

# The versions that `make test` installs: written anew from the ranges of pyproject.toml.
lock:
	@sh scripts/lock.sh

.venv/installed: pyproject.toml scripts/environment.sh
	@sh scripts/environment.sh
	@touch $@

.venv/developing: pyproject.toml requirements/locked.txt scripts/environment.sh
	@sh scripts/environment.sh developing
	@touch .venv/installed $@

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
