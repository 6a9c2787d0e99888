"""What tests of every package need."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def acceptance() -> Path:
    """The open acceptance data, never written into; without it the test is skipped."""
    folder = Path(os.environ.get("ACCEPTANCE_DIR", "../shared/acceptance"))
    folder = (ROOT / folder).resolve()
    if not folder.is_dir():
        pytest.skip(f"no acceptance data at {folder}; set ACCEPTANCE_DIR")
    return folder
