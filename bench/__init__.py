"""Speed as ratios in one run, and the gold's figures. Reads ../shared where it is there; never a test."""
