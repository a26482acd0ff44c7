import joblib

from tabular import Run, classification_metrics, judge, read_part, write_json, write_lines

run = Run.from_environment()
test = read_part(run.inputs["breast-cancer"], "test")
# joblib files can run code when they are loaded: load those of your own training only.
model = joblib.load(run.inputs["model"] / "model.joblib")

judged = judge(test, model.predict_proba(test.features), model.classes_)

missed = [row for row in judged if row["label"] == "malignant" and not row["correct"]]
write_json(run.outputs["metrics"], {**classification_metrics(judged), "missed_malignant": len(missed)})
write_lines(run.outputs["predictions"], judged)
