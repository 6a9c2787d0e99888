"""A session of Spark, where the caller has none."""

from typing import Final

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from rules.errors import SparkError

LOCAL: Final = "local"
_NAME: Final = "thanhtra"
# Spark gives a task one processor, and takes it that the task keeps to it.
_ALWAYS: Final = {"spark.executorEnv.POLARS_MAX_THREADS": "1"}
# A cluster of one machine speaks to itself alone, and has nobody who would look at pages.
_ON_ONE: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def open_session(master: str) -> SparkSession:
    """Connect to a cluster; whatever else it needs is taken from Spark's own configuration.

    Args:
        master: As Spark names it: `local[4]`, `spark://HOST:PORT`, `yarn`, `k8s://…`.

    Raises:
        SparkError: `spark.not_started`: there is no Java, or no such cluster.
    """
    settings = _ALWAYS | (_ON_ONE if master.startswith(LOCAL) else {})
    builder = SparkSession.builder.appName(_NAME).master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except PySparkException as error:
        raise SparkError("spark.not_started", master=master) from error
