import math
import unittest

import numpy as np
import pandas as pd

from tabular import Part, classification_metrics, judge


class JudgingTest(unittest.TestCase):
    def test_the_likeliest_class_is_the_prediction_and_the_loss_is_that_of_the_true_one(self):
        part = Part(ids=pd.Series(["a", "b"]), labels=pd.Series(["cat", "dog"]), features=pd.DataFrame())
        judged = judge(part, np.array([[0.25, 0.75], [0.0, 1.0]]), np.array(["cat", "dog"]))
        self.assertEqual([row["prediction"] for row in judged], ["dog", "dog"])
        self.assertEqual([row["correct"] for row in judged], [False, True])
        self.assertAlmostEqual(classification_metrics(judged)["log_loss"], math.log(4) / 2)


if __name__ == "__main__":
    unittest.main()
