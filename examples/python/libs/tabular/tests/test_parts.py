import tempfile
import unittest
from pathlib import Path

import pandas as pd

from tabular.parts import part_of, read_part, write_parts


class PartsTest(unittest.TestCase):
    def test_shares(self):
        parts = pd.Series([part_of(f"example {i}") for i in range(10_000)]).value_counts()
        self.assertEqual(parts.sum(), 10_000)
        self.assertAlmostEqual(parts["train"], 6_000, delta=200)
        self.assertAlmostEqual(parts["test"], 2_000, delta=200)

    def test_equal_rows_stay_together_and_numbers_survive_the_file(self):
        values = [0.1 + 0.2, 1 / 3, 2e-17, 0.1 + 0.2, 1 / 3, 2e-17]
        table = pd.DataFrame({"id": range(6), "label": "a", "x": values})
        with tempfile.TemporaryDirectory() as name:
            write_parts(table, Path(name))
            read = [read_part(Path(name), part).features["x"] for part in ("train", "validation", "test")]
        self.assertEqual(sorted(pd.concat(read)), sorted(values))
        for x in set(values):
            self.assertEqual(sum(x in set(part) for part in read), 1)


if __name__ == "__main__":
    unittest.main()
