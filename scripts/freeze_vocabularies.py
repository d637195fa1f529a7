"""Write what Bioregistry says of each mapped vocabulary into ontology/vocabularies.json.

Run by ``make vocabularies``, in the environment of ``requirements/mappings.txt``: importing the
bioregistry package takes a second, so the project reads this file instead. Which vocabularies
there are, their short names, the classes that they have codes for, and a pattern of our own where
Bioregistry's is too wide or missing, are written by hand and kept;
pattern, example, home page, licence and the address of a code's page come from Bioregistry. With
``--check`` nothing is written, and the exit code is 1 if the file is not what would be written.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path

import bioregistry

FILE = Path(__file__).resolve().parents[1] / "ontology" / "vocabularies.json"


def frozen(entry: dict[str, object]) -> dict[str, object]:
    """The entry of a vocabulary with what Bioregistry says of it now."""
    prefix = str(entry["bioregistry"])
    resource = bioregistry.get_resource(prefix)
    if resource is None:
        raise SystemExit(f"error: Bioregistry has no prefix {prefix}")
    provider = entry.get("page_provider", "default")
    pages = {"default": resource.get_default_format()}
    pages.update((extra.code, extra.uri_format) for extra in resource.get_extra_providers())
    if provider not in pages:
        raise SystemExit(f"error: {prefix} has no provider {provider}: {', '.join(pages)}")
    kept = {
        key: entry[key]
        for key in (
            "name",
            "bioregistry",
            "classes",
            "hierarchical",
            "page_provider",
            "own_pattern",
            "bare",
        )
        if key in entry
    }
    return kept | {
        "homepage": resource.get_homepage(),
        "licence": resource.get_license(),
        "pattern": resource.get_pattern(),
        "example": resource.get_example(),
        "page": pages[provider],
    }


def main() -> int:
    """Write the file, or with ``--check`` compare it."""
    before = FILE.read_text(encoding="utf-8")
    content = json.loads(before)
    content["bioregistry"] = version("bioregistry")
    content["vocabularies"] = {
        prefix: frozen(entry) for prefix, entry in content["vocabularies"].items()
    }
    after = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if "--check" not in sys.argv:
        FILE.write_text(after, encoding="utf-8")
        return 0
    if after != before:
        print(f"{FILE.name} is not what Bioregistry {content['bioregistry']} says")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
