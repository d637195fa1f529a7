"""Where the files of the checkout lie that tests read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"
LOADED = GOLDEN / "loaded"
"""Made-up files of sources that are loaded."""
