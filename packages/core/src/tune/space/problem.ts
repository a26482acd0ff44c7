import { MlError } from '../../kernel/index.js';
import type { JsonValue } from '../../kernel/index.js';

/** One fault of a space as it was written. */
export interface SpaceProblem {
  /** From the space on: `['alpha', 'float']`. */
  readonly path: readonly string[];
  /** What is wrong, with the value. */
  readonly message: string;
  /** What to do, as one sentence. */
  readonly fix: string;
}

/** All faults as one error to throw: the fault itself where there is one, else a count with a line each in `detail`. */
export function spaceError(where: string, problems: readonly SpaceProblem[]): MlError {
  const [first] = problems;
  if (first === undefined) throw new RangeError('spaceError needs at least one problem');
  const told = ({ path, message }: SpaceProblem): string => `${[where, ...path].join('.')}: ${message}`;
  if (problems.length === 1)
    return new MlError('ERR_ML_TUNE_SPACE', { message: told(first), fix: first.fix });
  return new MlError('ERR_ML_TUNE_SPACE', {
    message: `${where}: ${String(problems.length)} problems`,
    fix: 'Correct what is listed.',
    detail: problems.map((problem) => `${told(problem)}. ${problem.fix}`),
  });
}

const SHOWN = 60;

/** A value for a message. */
export function shown(value: JsonValue | undefined): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
