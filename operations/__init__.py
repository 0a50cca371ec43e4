"""The `fusion` command."""

import sys
from pathlib import Path

# Before whatever PYTHONPATH has: packages there of the names of ours would stand in for them.
sys.path.insert(0, str(Path(__file__).parents[1]))
