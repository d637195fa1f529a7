"""``python -m regimenkg``."""

import sys

from regimenkg.cli import main

if __name__ == "__main__":  # a worker process imports this module as well
    sys.exit(main())
