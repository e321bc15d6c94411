"""``python -m aggregator.cli`` is ``twosource``."""

from aggregator.cli import main

main(prog_name="twosource")
