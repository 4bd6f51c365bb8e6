"""What a user sees is what it was: see golden.py, which freezes it."""

import os

import pytest
from golden import CASES, compare


@pytest.mark.parametrize("case", CASES)
def test_what_a_user_sees_is_as_it_was(case):
    if case == "measures-five" and not os.environ.get("CROSSCURRENTS_TEXTS"):
        pytest.skip("CROSSCURRENTS_TEXTS names no folder with the five texts")
    found = compare(case)
    assert not found, "\n".join(found[:20])
