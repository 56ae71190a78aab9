"""See many.py."""

import sys

from tests.machine.many import main

if __name__ == "__main__":
    sys.exit(main())
