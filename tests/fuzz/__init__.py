"""Input that nobody sends on purpose. FLEXSYNC_FUZZ=N tries N times as many examples as the default run."""

import os

TIMES = int(os.environ.get("FLEXSYNC_FUZZ", "1"))
EXAMPLES = 60 * TIMES
