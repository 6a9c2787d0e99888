"""Tasks sent out through Spark, and their answers: exactly one for each."""

from collections.abc import Sequence

from py4j.protocol import Py4JError
from pyspark import RDD, SparkContext
from pyspark.errors import PySparkException

from rules.errors import SparkError
from rules.spark.door import REFUSED, Answer, door, engine
from rules.spark.jobs import Job
from rules.spark.reports import Report


class Carrier:
    """Sends jobs through one Spark context.

    Only what every Spark has is used: lists of numbers, a partition for each, a shuffle by number.
    """

    def __init__(self, context: SparkContext, *, here: str | None = None) -> None:
        self._context = context
        self._here = engine() if here is None else here

    def each(self, act: str, job: Job) -> list[Report]:
        """Do an act for each task of a job: the reports in the order of the tasks.

        Raises:
            SparkError: A machine cannot or must not judge, or a task failed more often than Spark
                lets it.
        """
        count = len(job.tasks)
        return self._reports(job, self._sent(act, job), count) if count else []

    def meet(self, job: Job) -> list[Report]:
        """Deal rows into buckets and judge each: the reports in the order of the buckets.

        Raises:
            SparkError: As above.
        """
        count = len(job.buckets)
        if not count:
            return []
        dealt = self._sent("deal", job).partitionBy(count, int)
        path = str(job.write())
        judged = dealt.mapPartitionsWithIndex(door("bucket", path, here=self._here))
        return self._reports(job, judged, count)

    def _sent(self, act: str, job: Job) -> "RDD[Answer]":
        path = str(job.write())
        numbers = self._context.parallelize(range(len(job.tasks)), len(job.tasks))
        return numbers.mapPartitionsWithIndex(door(act, path, here=self._here))

    def _reports(self, job: Job, answers: "RDD[Answer]", count: int) -> list[Report]:
        try:
            answered = answers.collect()
        except (PySparkException, Py4JError) as error:
            raise SparkError("spark.job_failed", job=job.name) from error
        return in_order(answered, count)


def in_order(answered: Sequence[Answer], count: int) -> list[Report]:
    """The reports of so many tasks.

    Raises:
        SparkError: A machine refused its task.
        ArithmeticError: A task has no answer or two: nothing may be concluded.
    """
    for _, answer in answered:
        if isinstance(answer, dict):
            raise SparkError(answer[REFUSED], **answer["facts"])
    reports = dict(answered)
    if sorted(number for number, _ in answered) != list(range(count)):
        raise ArithmeticError(count)
    return [reports[number] for number in range(count)]
