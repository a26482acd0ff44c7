import { MlError } from '../kernel/index.js';

/** One fault in an ml.yaml, with its place. */
export interface Problem {
  readonly code: 'ERR_ML_CONFIG_SYNTAX' | 'ERR_ML_CONFIG_INVALID';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units as editors count. */
  readonly column: number;
  readonly message: string;
  /** What to do, as one sentence. */
  readonly fix: string;
}

/** `models/spam/ml.yaml:7:1 unknown key ...`: terminals and editors make a link of it. */
export function formatProblem(problem: Problem): string {
  return `${problem.file}:${String(problem.line)}:${String(problem.column)} ${problem.message}`;
}

/**
 * All problems of one file, or of several, as one error to throw: the problem itself when there is one, else a
 * count with one line a problem in `detail`. Its code is that of YAML syntax when any problem is of syntax.
 */
export function mlYamlError(problems: readonly Problem[]): MlError {
  const [first] = problems;
  if (first === undefined) throw new RangeError('mlYamlError needs at least one problem');
  const code = problems.find((problem) => problem.code === 'ERR_ML_CONFIG_SYNTAX')?.code ?? first.code;
  if (problems.length === 1) return new MlError(code, { message: formatProblem(first), fix: first.fix });
  const files = [...new Set(problems.map((problem) => problem.file))];
  return new MlError(code, {
    message: `${files.join(', ')}: ${String(problems.length)} problems`,
    fix: 'Correct the lines listed.',
    detail: problems.map((problem) => `${formatProblem(problem)}. ${problem.fix}`),
  });
}
