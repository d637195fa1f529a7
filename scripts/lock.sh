#!/bin/sh
# Write requirements/locked.txt: the newest versions within the ranges of pyproject.toml, for all
# Python versions and systems, by name only, so that the file names no package index. Needs uv.
set -eu
cd "$(dirname "$0")/.."
if ! uv --version >/dev/null 2>&1; then
    echo "error: uv is missing" >&2
    echo "hint: pipx install uv" >&2
    exit 1
fi
uv pip compile --quiet --universal --no-annotate --no-header --no-emit-index-url \
    --no-emit-find-links --python-version 3.11 --group dev --extra reason --extra pandas --extra parquet --extra validate \
    pyproject.toml -o requirements/locked.txt
printf 'bioregistry\nsssom\n' | uv pip compile --quiet --universal --no-annotate --no-header \
    --no-emit-index-url --no-emit-find-links --python-version 3.11 - -o requirements/mappings.txt
