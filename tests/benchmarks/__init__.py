"""The goals of speed beside a floor, measured on one machine in one run: `python -m tests.benchmarks --help`."""
