"""python -m crosscurrents COMMAND: the command line, see `crosscurrents.cli`."""

import sys

from crosscurrents.cli import main

if __name__ == "__main__":
    sys.exit(main())
