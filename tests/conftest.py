"""What the tests share: our own small corpus, and Hypothesis without a stop-watch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ours", deadline=None)  # a shared machine stalls now and then
settings.load_profile("ours")
os.environ["CROSSCURRENTS_CACHE"] = "off"  # a test that is about the cache names a folder


@pytest.fixture(scope="session")
def own() -> Path:
    """The folder of our own small corpus (see its README)."""
    return Path(__file__).parent / "corpus"
