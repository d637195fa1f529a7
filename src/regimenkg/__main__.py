"""``python -m regimenkg``."""

import sys

from regimenkg.cli import main

sys.exit(main())
