"""What the steps of this workspace share: the run, the parts of a table, and verdicts on predictions."""

from tabular.judging import classification_metrics, judge
from tabular.parts import Part, read_part, write_parts
from tabular.run import Run, append_line, write_json, write_lines

__all__ = [
    "Part",
    "Run",
    "append_line",
    "classification_metrics",
    "judge",
    "read_part",
    "write_json",
    "write_lines",
    "write_parts",
]
