import { MlError } from '../../kernel/index.js';

export interface DvcProblem {
  /** `dvc.yaml:12:5`, or the name of a file. */
  readonly where: string;
  /** What is wrong, with the value received. */
  readonly message: string;
  readonly fix: string;
}

/** A DVC project that says something which cannot be carried over as it is meant. */
export function dvcError({ where, message, fix }: DvcProblem): MlError {
  return new MlError('ERR_ML_DVC_INVALID', { message: `${where} ${message}`, fix });
}
