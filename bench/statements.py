"""What reading statements and figures costs an article, against the credits and grounds that the merge reads anyway.

    python -m bench.statements ../shared

Both in turns over the same articles, in one process.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

from aggregator import credit, grounds
from aggregator.credit.registry import load_registry
from aggregator.statements import statements_of
from aggregator.statements.figures import figures_of
from aggregator.unstated_language import likely_language
from bench.eval_statements import texts

TURNS = 5


def main() -> None:
    """Print milliseconds an article, and the share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    shared = parser.parse_args().shared
    registry = load_registry()
    articles = [replace(article, language=likely_language(article)) for _, article in texts(shared)]
    before = after = 0.0
    found = 0
    for _ in range(TURNS):
        for article in articles:
            start = time.process_time()
            said = tuple(credit.credits_of(article, registry))
            reading = grounds.open_text(article)
            grounds.grounds_of(article, said, registry, None, reading)
            middle = time.process_time()
            found += len(statements_of(reading, article.language, registry))
            figures_of(reading.text, article.language)
            before, after = before + middle - start, after + time.process_time() - middle
    each = TURNS * len(articles) / 1000
    print(
        f"{len(articles)} articles: credits and grounds {before / each:.2f} ms,"
        f" statements and figures {after / each:.2f} ms an article ({after / before:.1%}); {found // TURNS} statements"
    )


if __name__ == "__main__":
    main()
