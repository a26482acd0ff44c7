import type { Scalar } from '../kernel/yaml.js';

export interface ScalarProblem {
  readonly message: string;
  readonly fix: string;
}

/** Why a scalar cannot stand in a configuration; undefined when it can. */
export function scalarProblem(node: Scalar): ScalarProblem | undefined {
  const { value } = node;
  if (typeof value === 'string') return stringProblem(value);
  if (typeof value === 'number') return numberProblem(value, node.source ?? '');
  return undefined;
}

function stringProblem(value: string): ScalarProblem | undefined {
  if (value.isWellFormed() && !value.includes('\0')) return undefined;
  return { message: 'a text holds a NUL or half of a surrogate pair', fix: 'Remove the escape.' };
}

function numberProblem(value: number, source: string): ScalarProblem | undefined {
  if (!Number.isFinite(value))
    return { message: `${source} is not a finite number`, fix: 'Write a finite number, or null for none.' };
  if (/^[-+]?0\d+$/.test(source)) return leadingZero(source);
  if (/^([-+]?\d+|0x[\da-f]+|0o[0-7]+)$/i.test(source) && !Number.isSafeInteger(value))
    return {
      message: `${source} is too large to be held exactly`,
      fix: 'Put quotes around it to keep it as text.',
    };
  return undefined;
}

/** 0777 is 777 in YAML 1.2 and 511 in YAML 1.1, which PyYAML reads: no reading of it is safe. */
function leadingZero(source: string): ScalarProblem {
  const decimal = String(Number(source));
  return {
    message: `${source} means different numbers in YAML 1.1 and YAML 1.2`,
    fix: `Write ${decimal}, or '${source}' in quotes to keep it as text.`,
  };
}
