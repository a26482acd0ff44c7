import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders in which specs are kept beside the code of a project. */
const specFolders: readonly string[] = ['test', 'tests', '__tests__'];

/** What the folder of an ml.yaml tells about its specs. Everything that the inferred `test` target is made of. */
export interface SpecFiles {
  /** Files named as specs, relative to the project's folder, sorted. */
  readonly specs: readonly string[];
  /** The project has a jest configuration of its own. */
  readonly jest: boolean;
  /** The project's own project.json or package.json says what `test` is, or @nx/jest will. */
  readonly taken: boolean;
}

const spec = /(\.(test|spec)\.(mjs|cjs|js|jsx|mts|cts|ts|tsx)|^test_.*\.py|.*_test\.py)$/;
const jestConfig = /^jest\.config\.(js|cjs|mjs|ts|cts|mts|json)$/;

/** One listing of the project's folder, and one of its folder for specs where it has one. */
export function findSpecs(folder: string, nxInfersJest: boolean): SpecFiles {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  const below = entries.filter((entry) => entry.isDirectory() && specFolders.includes(entry.name));
  const specs = [
    ...entries.filter((entry) => entry.isFile()).map(({ name }) => name),
    ...below.flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => `${name}/${file}`)),
  ].filter((file) => spec.test(file.slice(file.lastIndexOf('/') + 1)));
  const jest = [...names].some((name) => jestConfig.test(name));
  const isPackage = names.has('project.json') || names.has('package.json');
  return { specs: specs.sort(), jest, taken: (jest && isPackage && nxInfersJest) || ownTest(folder, names) };
}

export function hasJestConfig(folder: string): boolean {
  return readdirSync(folder).some((name) => jestConfig.test(name));
}

function ownTest(folder: string, names: ReadonlySet<string>): boolean {
  const project = names.has('project.json') ? readObject(join(folder, 'project.json')) : {};
  const manifest = names.has('package.json') ? readObject(join(folder, 'package.json')) : {};
  const nx = manifest['nx'] as { readonly targets?: object } | undefined;
  return [project['targets'], manifest['scripts'], nx?.targets].some(
    (named) => typeof named === 'object' && named !== null && 'test' in named,
  );
}

/** A file that cannot be read says nothing here; Nx tells of it. */
function readObject(file: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
