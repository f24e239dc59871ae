"""What takes too long for every day: `make faults` runs it."""

import os

import pytest

CASES = int(os.environ.get("COUNTERFOIL_FAULTS", "0"))
"""Cases that each fuzzer tries; 0 for few, and for the short tests alone."""

long = pytest.mark.skipif(not CASES, reason="takes minutes: make faults")
