import { compareText, isJsonObject } from '../../kernel/index.js';
import type { JsonValue } from '../../kernel/index.js';
import { nearestWord } from '../../manifest/nearest-word.js';
import { dimensionOf } from './dimension.js';
import type { Parameter, Space } from './parameter.js';
import { shown, spaceError } from './problem.js';
import type { SpaceProblem } from './problem.js';
import { readParameter } from './read-parameter.js';

export type SpaceReading = { readonly space: Space } | { readonly problems: readonly SpaceProblem[] };

/** More would be a mistake: no study of some thousand trials learns anything about so many. */
const MOST_PARAMETERS = 1000;

/**
 * Reads a space as it stands in ml.yaml.
 *
 * @returns every fault of it, so that all can be mended at once.
 */
export function readSpace(written: JsonValue): SpaceReading {
  if (!isJsonObject(written) || Object.keys(written).length === 0)
    return problem(
      [],
      `${shown(written)} names no parameter`,
      'Write one `name: { float: [0, 1] }` for each.',
    );
  const entries = Object.entries(written);
  if (entries.length > MOST_PARAMETERS)
    return problem([], `${String(entries.length)} parameters`, `Search at most ${String(MOST_PARAMETERS)}.`);
  const parameters: Parameter[] = [];
  const problems: SpaceProblem[] = nameProblems(Object.keys(written));
  for (const [name, entry] of entries) {
    const read = readParameter(name, entry);
    if ('parameter' in read) parameters.push(read.parameter);
    else problems.push(...read.problems.map((one) => ({ ...one, path: [name, ...one.path] })));
  }
  if (problems.length === 0) problems.push(...conditionProblems(parameters));
  return problems.length > 0 ? { problems } : ordered(parameters);
}

/**
 * @param where what the space is called in messages, such as `models/spam-filter/ml.yaml tune.space`.
 * @throws MlError ERR_ML_TUNE_SPACE with all faults.
 */
export function parseSpace(written: JsonValue, where: string): Space {
  const reading = readSpace(written);
  if ('problems' in reading) throw spaceError(where, reading.problems);
  return reading.space;
}

function problem(path: readonly string[], message: string, fix: string): SpaceReading {
  return { problems: [{ path, message, fix }] };
}

/** `model` beside `model.depth` would be two things in one place. */
function nameProblems(names: readonly string[]): SpaceProblem[] {
  const known = new Set(names);
  return names.flatMap((name) => {
    const keys = name.split('.');
    if (keys.some((key) => key === '' || key === '__proto__'))
      return [
        {
          path: [name],
          message: 'no name of a parameter',
          fix: 'Join the keys that lead to it by single dots.',
        },
      ];
    const above = keys.map((_, index) => keys.slice(0, index).join('.')).find((prefix) => known.has(prefix));
    if (above === undefined) return [];
    return [
      {
        path: [name],
        message: `lies within ${above}, which is searched itself`,
        fix: `Search one of the two.`,
      },
    ];
  });
}

function conditionProblems(parameters: readonly Parameter[]): readonly SpaceProblem[] {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  return parameters.flatMap(({ name, when }) =>
    when.flatMap(({ parameter, values }) => {
      const path = [name, 'when', parameter];
      const other = byName.get(parameter);
      if (other === undefined) return [{ path, ...unknown(parameter, [...byName.keys()]) }];
      const { encode, count } = dimensionOf(other);
      if (count === Infinity)
        return [
          {
            path,
            message: `${parameter} has no single values`,
            fix: `Give ${parameter} a step, or choices.`,
          },
        ];
      const never = values.filter((value) => encode(value) === undefined);
      return never.map((value) => ({
        path,
        message: `${parameter} is never ${shown(value)}`,
        fix: `Name values that ${parameter} can have.`,
      }));
    }),
  );
}

function unknown(parameter: string, names: readonly string[]): { message: string; fix: string } {
  const nearest = nearestWord(parameter, names);
  const fix = nearest === undefined ? 'Name a parameter of the space.' : `Did you mean \`${nearest}\`?`;
  return { message: `${parameter} is not searched`, fix };
}

/** Each after those on which it hangs, as soon as it can be by the order of names. */
function ordered(parameters: readonly Parameter[]): SpaceReading {
  let left = [...parameters].sort((a, b) => compareText(a.name, b.name));
  const placed: Parameter[] = [];
  const names = new Set<string>();
  while (left.length > 0) {
    const ready = left.filter(({ when }) => when.every(({ parameter }) => names.has(parameter)));
    if (ready.length === 0) {
      const fix = 'Leave out one of the conditions.';
      return {
        problems: left.map(({ name }) => ({ path: [name, 'when'], message: 'hangs on itself', fix })),
      };
    }
    for (const parameter of ready) names.add(parameter.name);
    placed.push(...ready);
    left = left.filter((parameter) => !ready.includes(parameter));
  }
  return { space: { parameters: placed } };
}
