import { visibleVariables } from '../../environment/index.js';
import type { StepSpec } from '../../manifest/index.js';

/** What Python is told unless somebody says otherwise. */
export const pythonDefaults = {
  // One order of sets and dictionaries of strings, so that equal runs give equal bytes.
  PYTHONHASHSEED: '0',
  // Source folders belong to the user: no __pycache__ of ours in them.
  PYTHONDONTWRITEBYTECODE: '1',
} as const;

export interface CommandEnvironmentInput {
  readonly spec: StepSpec;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the run document. */
  readonly runDocument: string;
  /** Absolute folders to put before PATH. */
  readonly programs: readonly string[];
  /** Absolute folders that Python must search. */
  readonly pythonRoots: readonly string[];
  readonly gpus: readonly string[];
}

/** The whole environment of a command. */
export function commandEnvironment(input: CommandEnvironmentInput): Readonly<Record<string, string>> {
  const { spec, variables } = input;
  const declared = [...spec.environment.env, ...spec.environment.secrets];
  const environment: Record<string, string> = {
    ...pythonDefaults,
    ...visibleVariables(variables, declared),
    ML_RUN: input.runDocument,
  };
  environment['PATH'] = searchPath([...input.programs, variables['PATH']]);
  const pythonPath = searchPath([
    ...input.pythonRoots,
    declared.includes('PYTHONPATH') ? variables['PYTHONPATH'] : undefined,
  ]);
  if (pythonPath !== '') environment['PYTHONPATH'] = pythonPath;
  if (spec.resources.gpu > 0) environment['CUDA_VISIBLE_DEVICES'] = input.gpus.join(',');
  return environment;
}

/** Folders as PATH and its like have them; what is missing is left out. */
export function searchPath(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(':');
}
