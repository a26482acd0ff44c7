/**
 * The port that tells what the machine is, as far as a run's result depends on it.
 */

export interface EnvironmentProbe {
  /** Operating system and architecture: `linux-x64`. */
  readonly platform: string;
  /** The environment that commands start from. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /**
   * The Python that `python` and `python3` mean.
   * @param configured a name on the PATH or an absolute path; `python3` when undefined.
   * @throws MlError ERR_ML_INTERPRETER_MISSING
   */
  python(configured: string | undefined): Promise<PythonInterpreter>;
  /** Version of the `node` on the PATH. @throws MlError ERR_ML_INTERPRETER_MISSING */
  nodeVersion(): Promise<string>;
  /** Class of this machine's accelerators, such as `NVIDIA A100`; `unknown` where none can be told. */
  accelerator(): Promise<string>;
}

export interface PythonInterpreter {
  /** Path of the executable, links unresolved: a virtual environment is found by its link. */
  readonly path: string;
  /** What it says that it is: `path` too, unless a script stands there that starts another interpreter. */
  readonly executable: string;
  /** `3.11.7`; another implementation than CPython is named before it. */
  readonly version: string;
  /** Versions of the distributions that provide these top-level modules, and of all that those require. */
  packages(modules: readonly string[]): Readonly<Record<string, string>>;
}
export { visibleVariables } from './visible-variables.js';
