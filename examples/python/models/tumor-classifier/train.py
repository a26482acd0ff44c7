import joblib
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import log_loss

from tabular import Run, append_line, classification_metrics, judge, read_part, write_json

run = Run.from_environment()
train = read_part(run.inputs["breast-cancer"], "train")
validation = read_part(run.inputs["breast-cancer"], "validation")


def fit(**params) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(**params, random_state=run.seed).fit(train.features, train.labels)


full = fit(**run.params)
losses = [log_loss(validation.labels, p) for p in full.staged_predict_proba(validation.features)]
for trees, loss in enumerate(losses, start=1):
    if trees % 20 == 0:
        append_line(run.outputs["progress"], {"step": trees, "of": len(losses), "log_loss": loss})

best = losses.index(min(losses)) + 1
model = fit(**{**run.params, "n_estimators": best})  # the same seed grows the same first trees
judged = judge(validation, model.predict_proba(validation.features), model.classes_)

joblib.dump(model, run.outputs["model"] / "model.joblib")
write_json(run.outputs["metrics"], {"trees": best, "validation": classification_metrics(judged)})
