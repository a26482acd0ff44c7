import type { SidesAsked } from '@nx-ml/core/usecases/compare';

import { compareJson } from '../report/compare-json.js';
import { compareText } from '../report/compare-text.js';
import { askWorkspace, findMlProject } from './ask-workspace.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, ParsedOptions } from './command.js';

const help = `nx-ml compare PROJECT A [B] [--metric NAME]... [--better higher|lower] [--json]

Is one way to train a model better than another? Not one model than another, which is what a gate asks. Runs are paired by
seed, or the folds of one cross-validation of each by fold. Nothing is run.

  A, B               a commit, branch or tag: what was trained there; the id of a run, as nx-ml runs lists it; or parameters,
                     alpha=0.5 or alpha=0.5,depth=3. B left out: what the workspace stands at
  --metric NAME      a metric; may be said again. Default: all of which the name says which way is better
  --better higher    or lower: which way is better, for one --metric whose name does not say
  --seed N           whose folds are compared; default: the lowest seed that both have
  --train N          examples that each fold trains on, where metrics.json has no nTrain
  --test N           examples that each fold is tested on, where metrics.json has no nTest
  --json             one JSON document with every number

Answers over seeds, by the chance that B beats A on one and the same seed (Bouthillier et al. 2021):
  better, and by enough to matter    the 95% interval begins above 0.5 and reaches 0.75
  better, but not shown to matter    it begins above 0.5 and stays below 0.75
  not shown                          else; 29 seeds would show a chance of 0.75

Folds: metrics.json holds {"folds": {"0": {"accuracy": 0.9}, ...}, "nTrain": 900, "nTest": 100}, or five repeats of two folds as
{"repeats": {"0": {"folds": {"0": {...}, "1": {...}}}, ...}}. docs/guides/compare.md

Examples
  nx-ml compare spam-filter main
  nx-ml compare spam-filter alpha=1 alpha=0.5 --metric accuracy
  nx-ml compare spam-filter 4f1c2ab0 91fe03aa --metric missed --better lower
  nx-ml compare spam-filter v1.0 v1.1 --json | jq '.metrics[].seeds.answer'
`;

const options = {
  metric: { type: 'string', multiple: true },
  better: { type: 'string' },
  seed: { type: 'string' },
  train: { type: 'string' },
  test: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const compare: CliCommand = {
  help,
  async run(args, io) {
    const parsed = parseOptions(args, options, help);
    const asked = askedBy(parsed);
    const [questions, { compareSides }] = await askWorkspace(
      io.cwd,
      () => import('@nx-ml/core/usecases/compare'),
    );
    const { kind } = (await findMlProject(asked.project, questions)).config;
    if (kind !== 'model') throw usageError(`${asked.project} is a ${kind}; only models are trained`, help);
    const { stores, sourceControl } = questions;
    const deps = { ...questions, objects: stores.objects, commits: sourceControl };
    const compared = await compareSides(asked, deps);
    if (parsed.values['json'] === true) io.write(`${JSON.stringify(compareJson(compared))}\n`);
    else io.write(compareText(compared));
    return 0;
  },
};

function askedBy({ values, lists, positionals }: ParsedOptions): SidesAsked {
  const [project, a, b] = positionals;
  if (project === undefined || a === undefined || positionals.length > 3)
    throw usageError('nx-ml compare needs a project and one or two sides', help);
  const metrics = [...new Set(lists['metric'] ?? [])];
  const better = betterOf(values['better']);
  if (better !== undefined && metrics.length !== 1)
    throw usageError('--better says which way is better of one --metric', help);
  return {
    ...{ project, a, b, metrics, better },
    sizes: {
      train: wholeNumber('train', values['train'], 1),
      test: wholeNumber('test', values['test'], 1),
    },
    seed: wholeNumber('seed', values['seed'], 0),
  };
}

function betterOf(text: string | boolean | undefined): SidesAsked['better'] {
  if (text === undefined || text === 'higher' || text === 'lower') return text;
  throw usageError(`--better takes higher or lower, not "${String(text)}"`, help);
}

function wholeNumber(name: string, text: string | boolean | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (typeof text === 'string' && /^\d{1,15}$/.test(text) && value >= least) return value;
  throw usageError(
    `--${name} takes a whole number of at least ${String(least)}, not "${String(text)}"`,
    help,
  );
}
