"""How many files a new field of an article takes: one is added to a copy of the program, which reads, stores and tells it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# The field `dek`: what is written behind which line of which file. "": the file is new.
ADDED = {
    "scrapers/pages/fields/dek.py": (
        "",
        """from scrapers.pages.witness import Context, Witness, first

DEK: tuple[Witness[str], ...] = (
    Witness("dek", lambda at: (("p.dek", p.text) for p in at.document.root.iter("p") if p.get("class") == "dek"), "p.dek"),
)


def read_dek(context: Context) -> str | None:
    return first(DEK, context)
""",
    ),
    "scrapers/pages/field_table.py": (
        '    Field("imprint", labels.IMPRINT, read=labels.read_imprint),\n',
        '    Field("dek", dek.DEK, read=dek.read_dek),\n',
    ),
    "storage/types.py": (
        "    imprint: str | None = None  # the page's copyright line. None: it has none\n",
        "    dek: str | None = None  # the line that stands below the headline. None: there is none\n",
    ),
    "storage/documentation.toml": (
        'imprint = "the page\'s copyright line; null: none"\n',
        'dek = "the line that stands below the headline; null: none"\n',
    ),
}
IMPORTED = ("    dates,\n", "    dek,\n")  # the table's import of the field's file

PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from aggregator.archive.tables import SCHEMAS, article_of, article_row
from scrapers.layouts.apply import read_page
from scrapers.pages.field_table import FIELDS
from storage import articles
from storage.db import connect
from storage.documentation import manual
from storage.types import Outlet, Page

older = connect(Path("older.db"))
older.execute("alter table articles drop column dek")
older.close()
text = "".join(f"<p>The dam opens: paragraph {n} says what happened at the river, and why it did so.</p>" for n in range(6))
head = "<head><title>The dam opens</title></head>"
body = f"<html>{head}<body><article><h1>The dam opens</h1><p class=dek>Water</p>{text}</article></body></html>"
page = Page(url="https://a.example/1", outlet="a", fetched=datetime(2026, 3, 2, tzinfo=UTC), status=200,
            content_type="text/html", body=body.encode())
read = read_page(page, Outlet(id="a", name="A", homepage="https://a.example/", hosts=("a.example",))).said
db = connect(Path("older.db"))
articles.append(db, read)
print(read.dek, articles.latest(db, read.id).dek, article_of(article_row(read)).dek, "dek" in SCHEMAS["articles"].names,
      "| `dek` | text |" in manual(db))
"""


def test_a_new_field_of_an_article_takes_four_files(tmp_path: Path) -> None:
    for room in ("storage", "scrapers", "aggregator"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "sample"))
    for name, (line, more) in ADDED.items():
        file = tmp_path / name
        file.write_text(behind(file.read_text("utf-8"), line, more) if line else more, "utf-8")
    table = tmp_path / "scrapers/pages/field_table.py"
    table.write_text(behind(table.read_text("utf-8"), *IMPORTED), "utf-8")
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["Water", "Water", "Water", "True", "True"], done.stderr


def behind(text: str, line: str, more: str) -> str:
    assert text.count(line) == 1, line
    return text.replace(line, line + more)


def test_contributing_names_these_files() -> None:
    (row,) = re.findall(r"^\| a field of an article .*$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"`((?:scrapers|storage|aggregator)/\S+?)`", row))
    assert named == {name.replace("dek.py", "labels.py") for name in ADDED}
    assert f"| {len(ADDED)} |" in row
