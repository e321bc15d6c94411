"""The Spark that the work runs on: the one that spark-submit started, or a local one on this machine's cores."""

from __future__ import annotations

import os
import sys

from pyspark.sql import SparkSession

# A task that dies is tried again, so many times in all; Spark's own local mode would try once.
ATTEMPTS = 4
MEMORY = "2g"  # of the Java side in local mode; each of the Python workers takes some 300 MB beside it
# What passes to a Python worker at once: rows of a few numbers, or articles of 6 kB.
ROWS, BYTES = 20_000, 4 << 20


# Without Java's second compiler a merge of 1,000 articles took 41 s of processors instead of 63 (beside others). What it saves
# hot loops in a long merge was not measured; Java took 78 of 322 s at 30,000 with it.
QUICK = "-XX:TieredStopAtLevel=1"


def session(*, cores: int | None = None, memory: str = MEMORY, brief: bool = False) -> SparkSession:
    """Spark, started where it is not there. ``cores``, ``memory`` and ``brief`` are for local mode; None: all cores.

    ``brief``: Java has little to do, less than its second compiler takes.

    What is said to spark-submit, or in spark-defaults.conf, counts for more than what is set here.
    """
    builder = SparkSession.builder.appName("twosource")
    if "PYSPARK_GATEWAY_PORT" not in os.environ:  # not under spark-submit
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = (
            builder.master(f"local[{cores or '*'},{ATTEMPTS}]")
            .config("spark.driver.memory", memory)
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.log.level", "ERROR")
        )
        builder = builder.config("spark.driver.extraJavaOptions", QUICK) if brief else builder
    spark = builder.getOrCreate()
    for name, value in (
        ("spark.sql.session.timeZone", "UTC"),
        ("spark.sql.execution.arrow.maxRecordsPerBatch", str(ROWS)),
        ("spark.sql.execution.arrow.maxBytesPerBatch", str(BYTES)),
        # Files are listed by the driver, which the markers tell all names: a task a name would take minutes.
        ("spark.sql.sources.parallelPartitionDiscovery.threshold", "100000"),
        ("spark.sql.parquet.compression.codec", "zstd"),
    ):
        spark.conf.set(name, value)
    return spark
