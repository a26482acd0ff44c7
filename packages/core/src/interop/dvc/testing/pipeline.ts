import type { Files } from './plan-of.js';

/** Stands for whatever bytes a pointer names. */
export const md5 = '22a1a2931c8370d3aeedd7183606fd7f';
const pointer = (path: string) => `outs:\n- md5: ${md5}\n  hash: md5\n  path: ${path}\n`;

/** A pipeline from data to an evaluated model, over which a spec lays what it is about. */
export const pipeline: Files = {
  'data/raw.csv.dvc': pointer('raw.csv'),
  'src/prepare.py': 'import util\n',
  'src/util.py': '',
  'src/train.py': 'import sklearn\n',
  'src/evaluate.py': '',
  'params.yaml': 'prepare: { split: 0.2, seed: 1 }\ntrain: { lr: 0.1, epochs: 3 }\n',
  'dvc.yaml': `stages:
  prepare:
    cmd: python src/prepare.py data/raw.csv
    deps: [data/raw.csv, src/prepare.py]
    params: [prepare.split]
    outs: [data/prepared]
  train:
    cmd: python src/train.py
    deps: [src/train.py, data/prepared]
    params: [train]
    outs: [model.pkl]
  evaluate:
    cmd: python src/evaluate.py model.pkl data/prepared
    deps: [src/evaluate.py, model.pkl, data/prepared]
    metrics: [{ metrics.json: { cache: false } }]
    plots: [roc.csv]
`,
};

/** What git ignores of it. */
export const ignored = ['data/raw.csv', 'data/prepared', 'model.pkl'];

/** The pipeline, with one text of its dvc.yaml replaced. */
export function withYaml(from: string, to: string): Files {
  const text = (pipeline['dvc.yaml'] ?? '').replace(from, to);
  if (text === pipeline['dvc.yaml']) throw new Error(`"${from}" is not in dvc.yaml`);
  return { ...pipeline, 'dvc.yaml': text };
}
