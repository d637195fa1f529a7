#!/bin/sh
# Write requirements/locked.txt: the newest versions within the ranges of pyproject.toml, for all
# Python versions and systems, by name only. Needs uv.
set -eu
command -v uv >/dev/null 2>&1 || { echo "error: uv is missing" >&2; echo "hint: pip install uv" >&2; exit 1; }
uv pip compile --quiet --universal --no-annotate --no-header --no-emit-index-url \
    --no-emit-find-links --python-version 3.11 --group dev --extra reason --extra pandas \
    pyproject.toml -o requirements/locked.txt
