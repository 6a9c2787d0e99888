"""A Spark session on this machine, for the tests of this folder."""

import os
import shutil
import sys
from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from rules.spark import open_session


@pytest.fixture(scope="session")
def java() -> None:
    """Java is there; without it the test is skipped."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java is not installed: apt-get install default-jre-headless")


@pytest.fixture(scope="session")
def spark(java: None) -> Iterator[SparkSession]:  # noqa: ARG001 -- it has to be there
    """Two tasks at a time, in processes of their own."""
    # Workers import the tests' own Python and this checkout.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.getcwd()  # noqa: PTH109 -- as pytest was started
    session = open_session("local[2]")
    yield session
    session.stop()
