import type { Composition } from '../../compose.js';
import { findMlProject } from '../ask-workspace.js';
import { usageError } from '../command.js';

/** One model, named on the command line. @throws MlError ERR_ML_USAGE where it is none */
export async function modelNamed(
  positionals: readonly string[],
  deps: Pick<Composition, 'workspace'>,
  help: string,
): Promise<string> {
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw usageError('One model is needed', help);
  return modelOf(name, deps, help);
}

/** @throws MlError ERR_ML_USAGE where it is no model */
export async function modelOf(
  name: string,
  deps: Pick<Composition, 'workspace'>,
  help: string,
): Promise<string> {
  const { config } = await findMlProject(name, deps);
  if (config.kind !== 'model') throw usageError(`${name} is a ${config.kind}, not a model`, help);
  return name;
}

/** All models of the workspace whose ml.yaml can be read. */
export function modelNames({ workspace }: Pick<Composition, 'workspace'>): readonly string[] {
  return [...workspace.mlProjectNames()].sort().filter((name) => isModel(name, workspace));
}

function isModel(name: string, workspace: Composition['workspace']): boolean {
  try {
    return workspace.mlProject(name)?.config.kind === 'model';
  } catch {
    // What is wrong with it, Nx tells when it is run.
    return false;
  }
}

/** `3` is a version; anything else a name that stands for one. */
export function versionOrAlias(text: string): number | string {
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : text;
}

/** `MODEL`, or `MODEL@VERSION`; the name of a project may begin with an @. @throws MlError ERR_ML_USAGE */
export function modelAndVersion(
  positionals: readonly string[],
  help: string,
): { readonly name: string; readonly version: number | string | undefined } {
  const [asked] = positionals;
  if (asked === undefined || positionals.length > 1) throw usageError('One model is needed', help);
  const at = asked.lastIndexOf('@');
  if (at <= 0) return { name: asked, version: undefined };
  const version = asked.slice(at + 1);
  if (version === '')
    throw usageError(`"${asked}" names no version: give its number or an alias behind the @`, help);
  return { name: asked.slice(0, at), version: versionOrAlias(version) };
}
