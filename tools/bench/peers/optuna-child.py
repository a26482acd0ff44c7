"""Optuna's TPE behind JSON lines: a study on each first line, then what to try, and what that came to, in turn."""
import json
import sys
import warnings

import optuna

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def suggest(trial, space):
    params = {}
    for name in space["order"]:
        entry = space["of"][name]
        if any(params.get(on) not in values for on, values in entry["when"]):
            continue
        if entry["kind"] == "choice":
            params[name] = trial.suggest_categorical(name, entry["choices"])
        elif entry["kind"] == "int":
            params[name] = trial.suggest_int(name, entry["low"], entry["high"], log=entry["log"])
        else:
            params[name] = trial.suggest_float(
                name, entry["low"], entry["high"], log=entry["log"], step=entry.get("step")
            )
    return params


def main():
    print(optuna.__version__, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        sampler = optuna.samplers.TPESampler(seed=asked["seed"], multivariate=True, group=asked["group"])
        study = optuna.create_study(sampler=sampler)
        for _ in range(asked["trials"]):
            trial = study.ask()
            print(json.dumps(suggest(trial, asked["space"])), flush=True)
            study.tell(trial, json.loads(sys.stdin.readline()))


main()
