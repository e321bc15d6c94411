"""The merge of an archive on Spark, read from top to bottom: versions, copies, stories, origins.

Each stage writes its rows and is not done again: a merge that was stopped goes on with the first stage that is not whole.
What a stage makes of the rows is said by the merge's own functions, in texts, shingles, stories and origins; here stands
only which rows meet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.fs
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as f
from pyspark.sql.pandas.types import from_arrow_schema

from aggregator import merge
from aggregator.archive import origins, shingles, stories, texts
from aggregator.archive.tables import SCHEMAS, WORDLESS, Folder

A_TASK = 20_000  # articles: their shingles are 100 MB in a shuffle
TABLES = ("versions", "copies", "stories", "story_articles", "origins")


def merge_archive(
    spark: SparkSession,
    address: str,
    known: merge.Reference,
    *,
    window: int = stories.LEAST_ARTICLES,
    told: Callable[[str], None] = lambda _: None,
) -> Mapping[str, int]:
    """Judge all articles of an archive and put what is found beside them. Returns how many rows each table has.

    ``window``: so many articles make a window of time at least, in which stories are found by one task.
    """
    folder = Folder.at(address)
    markers = folder.markers()
    stages = Stages(spark, folder, _digest(markers, window), told)
    articles, said_by, visits = (_table(spark, folder, name, markers) for name in ("articles", "credits", "visits"))
    count = sum(marker["articles"] for marker in markers.values())
    if not count:
        return dict.fromkeys(TABLES, 0)
    spark.conf.set("spark.sql.shuffle.partitions", str(max(4, count // A_TASK)))

    versions = stages.once("versions", lambda: _versions(articles))
    written = stages.once("texts", lambda: _texts(articles, said_by, versions, visits))
    postings = stages.mapped(written, texts.shingled, shingles.POSTINGS)
    meetings = stages.sorted_map(postings, ["hash"], ["seq"], shingles.meet, shingles.MEETINGS)
    candidates = stages.once(
        "candidates", lambda: stages.sorted_map(meetings, ["seq"], [], shingles.choose, shingles.CANDIDATES)
    )
    compared = stages.once(
        "compared",
        lambda: stages.sorted_map(_side_by_side(written, candidates), ["owner"], [], texts.compared, texts.COMPARED),
    )
    copies = stages.once("copies", lambda: _copies(compared))
    days = _days(versions)
    begins = stories.windows(days, least_articles=window)
    described = stages.once(
        "terms", lambda: stages.mapped(written.drop(*WORDLESS, "credits"), stories.described, stories.DESCRIBED)
    )
    if len(begins) > 1:
        stages.once("counts", lambda: _counts(stages, described, begins), by="window")
    placed = stages.once(
        "placed",
        lambda: stages.sorted_map(
            _in_windows(spark, described, compared, days, begins),
            ["window"],
            ["number"],
            partial(stories.placed, counts=f"{folder.address}/{stages.path('counts')}"),
            stories.PLACED,
        ),
    )
    assigned = stages.once("assigned", lambda: _assigned(spark, placed, versions))
    story_articles = stages.once("story_articles", lambda: assigned.drop("follows"))
    counted = stages.once(
        "counted",
        lambda: stages.sorted_map(
            _by_story(written, story_articles, copies),
            ["story"],
            [],
            partial(origins.counted, known=known),
            origins.COUNTED,
        ),
    )
    stages.once("stories", lambda: _stories(versions, assigned, counted))
    stages.once("origins", lambda: _origins(counted))
    rows = {name: stages.rows(name).count() for name in TABLES}
    stages.publish(TABLES)
    return rows


def _table(spark: SparkSession, folder: Folder, name: str, markers: Mapping[str, Mapping[str, Any]]) -> DataFrame:
    """What the markers vouch for of a table."""
    files, columns = folder.committed(name, markers), from_arrow_schema(SCHEMAS[name])
    if not files:
        return spark.createDataFrame([], columns)
    # The columns are named, since a file that an older Twosource wrote lacks the newer ones: they are null there.
    return spark.read.schema(columns).option("basePath", f"{folder.address}/{name}").parquet(*files)


def _digest(markers: Mapping[str, object], window: int) -> str:
    """Of all that the merge rests on: other files or other rules, another merge."""
    return hashlib.sha256(json.dumps([merge.RULES, window, markers], sort_keys=True).encode()).hexdigest()[:16]


# --------------------------------------------------------------------------------------------- which rows meet


def _versions(articles: DataFrame) -> DataFrame:
    """The rows whose words are new, numbered: ``seq`` is the place in the order of arrival, ``first`` that of version 1.

    Arrival is the moment of the fetch; within a second, the input file and the place in it.
    """
    order = [f.col("fetched"), f.col("file"), f.col("offset")]
    of_one = Window.partitionBy("id")
    second = f.unix_seconds("fetched")
    slim = articles.select("id", "outlet", "fetched", "file", "offset", "digest")
    before = f.lag("digest").over(of_one.orderBy(*order))
    new = slim.withColumn("before", before).where("before is null or before <> digest").drop("before")
    n = f.row_number().over(Window.partitionBy(second).orderBy("file", "offset"))
    placed = new.withColumn("seq", f.shiftleft(second, shingles.ORDER_BITS) + n)
    in_turn = of_one.orderBy("seq")
    return placed.select(
        "*",
        f.row_number().over(in_turn).alias("version"),
        f.first("seq").over(in_turn).alias("first"),
        f.lead("seq").over(in_turn).alias("until"),
    )


def _texts(articles: DataFrame, said_by: DataFrame, versions: DataFrame, visits: DataFrame) -> DataFrame:
    """Every version with its words, its credits, and when its outlet was last asked before it came; null: not known."""
    said = [name for name in said_by.columns if name not in ("article", "fetched", "file", "offset", "day")]
    by_row = said_by.groupBy("file", "offset").agg(f.sort_array(f.collect_list(f.struct(*said))).alias("credits"))
    numbers = _asked(versions, visits).select("file", "offset", "seq", "version", "first", "until", "asked")
    none = f.array().cast(by_row.schema["credits"].dataType)
    return (
        articles.drop("digest", "day")
        .join(numbers, ["file", "offset"])
        .join(by_row, ["file", "offset"], "left")
        .withColumn("credits", f.coalesce("credits", none))
    )


def _asked(versions: DataFrame, visits: DataFrame) -> DataFrame:
    """Each version with when the last visit of its outlet began that had ended by then, as ``runs.asked_before`` has it."""
    none = f.lit(None)
    came = versions.withColumn("moment", f.col("fetched")).withColumn("visit", none.cast("timestamp"))
    ended = visits.select("outlet", f.col("ended").alias("moment"), f.col("started").alias("visit"))
    asked = f.last("visit", ignorenulls=True).over(
        Window.partitionBy("outlet").orderBy("moment", f.col("visit").asc_nulls_last())
    )
    both = came.unionByName(ended, allowMissingColumns=True).withColumn("asked", asked)
    return both.where("seq is not null").drop("moment", "visit")


def _side_by_side(written: DataFrame, candidates: DataFrame) -> DataFrame:
    """The rows of each article that has candidates: its own with its boilerplate, and each candidate's."""
    none = f.lit(None).cast("array<bigint>")
    own = candidates.select("seq", f.col("seq").alias("owner"), "stock")
    others = candidates.select(f.explode("neighbours").alias("seq"), f.col("seq").alias("owner"), none.alias("stock"))
    return written.drop(*WORDLESS).join(own.unionByName(others), "seq")


def _slim(copy: Column) -> Column:
    """A copy without the words that prove it, which no story and no origin is judged by."""
    return copy.dropFields("spans", "reasons")


def _copies(compared: DataFrame) -> DataFrame:
    """The pairs of last versions."""
    return compared.select(f.explode("copies").alias("copy")).select("copy.*").where("last").drop("last")


def _days(versions: DataFrame) -> list[tuple[int, int]]:
    """How many versions each day brought, by its number."""
    rows = versions.groupBy(f.unix_date(f.to_date("fetched")).alias("day")).count().orderBy("day")
    return [(row["day"], row["count"]) for row in rows.collect()]


def _counts(stages: Stages, described: DataFrame, begins: list[int]) -> DataFrame:
    """How many articles had each word before each window, and before the days that it begins with."""
    day = f.unix_date(f.to_date("fetched"))
    later = sum((f.when(day + stories.WARM >= begin, 1).otherwise(0) for begin in begins), f.lit(0))
    rows = described.where("version = 1").withColumn("window", later)
    found = stages.mapped(rows.where(f.col("window") < len(begins)), stories.counted, stories.COUNTS)
    total = f.sum("articles").alias("articles")
    once = found.groupBy("window", "language", "term").agg(total)
    ever = once.withColumn("window", f.explode(f.sequence("window", f.lit(len(begins) - 1))))
    return ever.groupBy("window", "language", "term").agg(total).repartition("window")


def _in_windows(
    spark: SparkSession, described: DataFrame, compared: DataFrame, days: list[tuple[int, int]], begins: list[int]
) -> DataFrame:
    """Versions with their copies, numbered as they arrived, in their window and, as what went before, in the next."""
    before, offsets = 0, []
    for number, count in days:
        offsets.append((number, before))
        before += count
    earlier = spark.createDataFrame(offsets, "day int, earlier bigint")
    in_day = f.row_number().over(Window.partitionBy("day").orderBy("seq"))
    day = f.col("day")
    rows = (
        described.withColumn("day", f.unix_date(f.to_date("fetched")))
        .join(f.broadcast(earlier), "day")
        .withColumn("number", f.col("earlier") + in_day)
        .withColumn("window", sum((f.when(day >= begin, 1).otherwise(0) for begin in begins), f.lit(-1)))
        .join(compared.withColumn("copies", f.transform("copies", _slim)), "seq", "left")
    )
    starts = f.array(*(f.lit(begin) for begin in begins))
    soon = rows.where(day + stories.WARM >= f.try_element_at(starts, f.col("window") + 2))
    again = soon.withColumn("window", f.col("window") + 1).withColumn("warm", f.lit(True))
    return rows.withColumn("warm", f.lit(False)).unionByName(again)


def _assigned(spark: SparkSession, placed: DataFrame, versions: DataFrame) -> DataFrame:
    """The story of each article, under the one name that it has in all windows, and the story that it takes up."""
    own = placed.where("not warm")
    there = own.select("article", f.col("window").alias("earlier"), f.col("story").alias("before"))
    outside = f.col("story").startswith(stories.OUTSIDE)
    warm = placed.where("warm").where(~outside).join(there, "article").where("earlier = window - 1")
    printed = own.where(outside).select("window", "story", f.substring("story", 2, 1 << 30).alias("article")).distinct()
    both = warm.select("window", "story", "earlier", "before").unionByName(
        printed.join(there, "article").select("window", "story", "earlier", "before")
    )
    shared = both.groupBy("window", "story", "earlier", "before").count()
    found = stories.stitched((row[0], row[1], row[2], row[3], row[4]) for row in shared.collect())
    names = [(window, story, name) for (window, story), name in found.items()]
    renamed = f.broadcast(spark.createDataFrame(names, "window int, story string, name string"))
    taken_up = renamed.toDF("window", "follows", "follows_name")
    seqs = versions.where("version = 1").select(f.col("id").alias("article"), "seq")
    joined = own.join(renamed, ["window", "story"], "left").join(taken_up, ["window", "follows"], "left")
    return joined.join(seqs, "article").select(
        "article",
        f.coalesce("name", "story").alias("story"),
        "seq",
        f.when(f.col("name").isNull(), f.coalesce("follows_name", "follows")).alias("follows"),
    )


def _by_story(written: DataFrame, story_articles: DataFrame, copies: DataFrame) -> DataFrame:
    """Each story's articles, in their last version, and the copies among them."""
    home = story_articles.select("article", "story")
    last = written.where("until is null")
    columns = [name for name in last.columns if name not in ("credits", "first", "until", "file", "offset")]
    article = f.struct(*columns)
    copies = copies.drop("spans", "reasons")
    ours = last.join(home, last["id"] == home["article"]).select(
        "story", article.alias("article"), "first", "credits", f.lit(None).cast(copies.schema).alias("copy")
    )
    a, b = (home.select(f.col("article").alias(side), f.col("story").alias(f"story_{side}")) for side in "ab")
    pairs = copies.join(a, "a").join(b, "b").where("story_a = story_b")
    theirs = pairs.select(
        f.col("story_a").alias("story"),
        *(f.lit(None).cast(ours.schema[name].dataType).alias(name) for name in ("article", "first", "credits")),
        f.struct(*copies.columns).alias("copy"),
    )
    return ours.unionByName(theirs)


def _stories(versions: DataFrame, assigned: DataFrame, counted: DataFrame) -> DataFrame:
    """A row a story."""
    fetched = versions.where("version = 1").select(f.col("id").alias("article"), "fetched")
    span = (
        assigned.join(fetched, "article")
        .groupBy("story")
        .agg(f.min("fetched").alias("opened"), f.max("fetched").alias("updated"), f.count("*").alias("articles"))
    )
    taken_up = assigned.where("story <> follows").groupBy("story").agg(f.min("follows").alias("follows"))
    return (
        span.join(counted.select("story", "least", "most"), "story")
        .join(taken_up, "story", "left")
        .select(f.col("story").alias("id"), "opened", "updated", "articles", "least", "most", "follows")
    )


def _origins(counted: DataFrame) -> DataFrame:
    """A row an origin of a story."""
    return counted.select("story", f.posexplode("origins").alias("n", "origin")).select(
        "story", (f.col("n") + 1).alias("n"), "origin.*"
    )


# --------------------------------------------------------------------------------------------- stages


Task = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


@dataclass(frozen=True, slots=True)
class Stages:
    """What one merge has written so far, below ``DIR/.merge``."""

    spark: SparkSession
    folder: Folder
    digest: str
    told: Callable[[str], None]

    def path(self, name: str) -> str:
        """Where a stage's rows lie."""
        return f".merge/{self.digest}/{name}"

    def once(self, name: str, made: Callable[[], DataFrame], *, by: str | None = None) -> DataFrame:
        """The rows of a stage, made if they are not there whole. ``by``: a folder for each value of this column."""
        if not self._whole(name):
            self.told(name)
            made().write.mode("overwrite").parquet(f"{self.folder.address}/{self.path(name)}", partitionBy=by)
        return self.rows(name)

    def rows(self, name: str) -> DataFrame:
        """The rows of a stage that is there."""
        return self.spark.read.parquet(f"{self.folder.address}/{self.path(name)}")

    def mapped(self, rows: DataFrame, task: Task, schema: pa.Schema) -> DataFrame:
        """Rows through a task."""
        return rows.mapInArrow(task, from_arrow_schema(schema))

    def sorted_map(self, rows: DataFrame, by: list[str], then: list[str], task: Task, schema: pa.Schema) -> DataFrame:
        """Rows through a task, those of one value in one task, sorted."""
        together = rows.repartition(*by).sortWithinPartitions(*by, *then)
        return self.mapped(together, task, schema)

    def publish(self, names: tuple[str, ...]) -> None:
        """Put the tables beside the articles, in the place of those of an earlier merge, and forget the rest."""
        system, root = self.folder.system, self.folder.root
        for name in names:
            if self._whole(name):
                if system.get_file_info(f"{root}/{name}").type != pa.fs.FileType.NotFound:
                    system.delete_dir(f"{root}/{name}")
                system.move(f"{root}/{self.path(name)}", f"{root}/{name}")
        self.folder.write(".merged", self.digest.encode())
        system.delete_dir(f"{root}/.merge")

    def _whole(self, name: str) -> bool:
        path = f"{self.folder.root}/{self.path(name)}/_SUCCESS"
        return bool(self.folder.system.get_file_info(path).type == pa.fs.FileType.File)
