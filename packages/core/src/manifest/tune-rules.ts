import { isJsonObject } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';
import { isReported, measureWords, natureOf } from '../gate/metric-names.js';
import { readSpace } from '../tune/space/read-space.js';
import { nearestWord } from './nearest-word.js';
import { report } from './report-issue.js';
import type { Context, Path } from './report-issue.js';

/** Rules between the keys under `tune`. As in ml-rules.ts, values may be of a wrong form. */

export function spaceRules(value: unknown, context: Context): void {
  const reading = readSpace(value as JsonValue);
  if (!('problems' in reading)) return;
  for (const { path, message, fix } of reading.problems)
    report(context, [...path], {
      message: path.length === 0 ? message : `\`${path.join('.')}\`: ${message}`,
      fix,
    });
}

/** Each look at the test set would spend what the gate needs, and the best of many looks says nothing any more. */
export function objectiveRules(value: unknown, context: Context): void {
  const { metric, step, split } = isJsonObject(value) ? value : { metric: value as JsonValue };
  const path: Path = isJsonObject(value) ? ['metric'] : [];
  if (typeof split === 'string' && isTest(split)) report(context, ['split'], ofTest(`split: ${split}`));
  if (typeof metric !== 'string') return;
  if (isTest(metric)) report(context, path, ofTest(metric));
  if (split !== undefined && (step === 'train' || isReported(metric)))
    report(context, ['split'], {
      message: `\`split\` is for measures of predictions, and \`${metric}\` is a number that the command wrote`,
      fix: 'Remove `split`.',
    });
  directionRules({ ...(isJsonObject(value) ? value : {}), metric }, context, path);
}

function directionRules(
  { metric, step, direction }: JsonObject & { readonly metric: string },
  context: Context,
  path: Path,
): void {
  if (direction !== undefined || directionOf(metric, step === 'train') !== undefined) return;
  report(context, path, {
    message: `whether more or less of \`${metric}\` is better cannot be told from its name`,
    fix: `Write \`{ metric: ${metric}, direction: maximize }\` or \`direction: minimize\`.`,
  });
}

/** What the name of a metric tells. */
export function directionOf(metric: string, ofTrain: boolean): 'maximize' | 'minimize' | undefined {
  const better = natureOf(ofTrain && !isReported(metric) ? `metrics.${metric}` : metric)?.better;
  return better === undefined ? undefined : better === 'higher' ? 'maximize' : 'minimize';
}

/** As a word of a name: `test.accuracy`, `accuracy_test`; not `latest`. */
function isTest(name: string): boolean {
  return name.split(/[^A-Za-z0-9]+/).some((word) => /^test$/i.test(word));
}

function ofTest(what: string): { readonly message: string; readonly fix: string } {
  return {
    message: `\`${what}\` is of the test split: to choose the best of many by it would spend what the gate needs, and the winner’s figure would be luck`,
    fix: 'Name a metric of the validation split: the gate looks at the test split once, at what comes of it.',
  };
}

export function tuneRules(value: unknown, context: Context): void {
  if (!isJsonObject(value)) return;
  const given = ['objective', 'objectives'].filter((key) => key in value);
  if (given.length === 1) return;
  report(context, given.length === 0 ? [] : ['objectives'], {
    message:
      given.length === 0
        ? '`tune` needs an `objective`: what is to become better'
        : '`objective` and `objectives` are two ways to say one thing',
    fix: given.length === 0 ? 'Add for example `objective: accuracy`.' : 'Keep one of the two.',
  });
}

/** Rules that need the rest of the model. */
export function tunedModelRules({ tune, evaluate }: JsonObject, context: Context): void {
  if (!isJsonObject(tune)) return;
  const { objective, objectives } = tune;
  const all: readonly (readonly [Path, unknown])[] = Array.isArray(objectives)
    ? objectives.map((one: unknown, index) => [['tune', 'objectives', index], one])
    : [[['tune', 'objective'], objective]];
  for (const [path, one] of all) stepRules(one, { path, hasEvaluate: evaluate !== undefined }, context);
}

function stepRules(
  objective: unknown,
  { path, hasEvaluate }: { readonly path: Path; readonly hasEvaluate: boolean },
  context: Context,
): void {
  const { metric, step = hasEvaluate ? 'evaluate' : 'train' } = isJsonObject(objective)
    ? objective
    : { metric: objective as JsonValue };
  if (typeof metric !== 'string' || step !== 'evaluate') return;
  const at = isJsonObject(objective) ? [...path, 'metric'] : path;
  if (!hasEvaluate)
    report(context, isJsonObject(objective) ? [...path, 'step'] : path, {
      message: '`step: evaluate` without `evaluate`',
      fix: 'Add `evaluate` with a command, or write `step: train`.',
    });
  else if (!isReported(metric) && natureOf(metric) === undefined) unknownMeasure(metric, at, context);
}

function unknownMeasure(metric: string, path: Path, context: Context): void {
  const [word = metric] = metric.split(/[.@]/);
  const near = nearestWord(word, measureWords);
  report(context, path, {
    message: `no measure of predictions is called \`${metric}\`${near === undefined ? '' : `: did you mean \`${near}\`?`}`,
    fix: `Measures are ${measureWords.join(', ')}; a number that evaluate wrote to metrics.json is \`metrics.${metric}\`, one of train needs \`step: train\`.`,
  });
}
