import type { StepSpec } from '../../manifest/index.js';

/**
 * Variables that reach every command: how to find programs, where home and temporary files are, the language of
 * messages, how to reach accelerators, libraries and the network. Anything else is hidden unless ml.yaml declares it,
 * so that a result cannot depend on a variable that its run key does not hold.
 */
const passed: readonly RegExp[] = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|TZ|TERM|LANG|LANGUAGE|LC_[A-Z]+)$/,
  /^XDG_[A-Z_]+$/,
  /^(VIRTUAL_ENV|CONDA_[A-Z_]+|PYENV_[A-Z_]+)$/,
  /^(LD_LIBRARY_PATH|DYLD_[A-Z_]+|CUDA_[A-Z_]+|NVIDIA_[A-Z_]+|ROCM?_[A-Z_]+|HIP_[A-Z_]+)$/,
  /^(OMP|MKL|OPENBLAS|NUMEXPR|VECLIB)_[A-Z0-9_]+$/,
  /^(HTTPS?|NO|ALL)_PROXY$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/,
];

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
  const declared = new Set([...spec.environment.env, ...spec.environment.secrets]);
  const visible = Object.entries(variables).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (declared.has(entry[0]) || passed.some((pattern) => pattern.test(entry[0]))),
  );
  const environment: Record<string, string> = {
    ...pythonDefaults,
    ...Object.fromEntries(visible),
    ML_RUN: input.runDocument,
  };
  environment['PATH'] = searchPath([...input.programs, variables['PATH']]);
  const pythonPath = searchPath([
    ...input.pythonRoots,
    declared.has('PYTHONPATH') ? variables['PYTHONPATH'] : undefined,
  ]);
  if (pythonPath !== '') environment['PYTHONPATH'] = pythonPath;
  if (spec.resources.gpu > 0) environment['CUDA_VISIBLE_DEVICES'] = input.gpus.join(',');
  return environment;
}

/** Folders as PATH and its like have them; what is missing is left out. */
export function searchPath(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(':');
}
