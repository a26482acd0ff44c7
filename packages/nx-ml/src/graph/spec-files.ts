import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders in which specs are kept beside the code of a project. */
const specFolders: readonly string[] = ['test', 'tests', '__tests__'];

/** What the folder of an ml.yaml tells about its specs. Everything that the inferred `test` target is made of. */
export interface SpecFiles {
  /** Files named as specs, relative to the project's folder, sorted. */
  readonly specs: readonly string[];
  /** Those of them in TypeScript that are written for Node's own runner: they import it. */
  readonly nodeTypeScript: readonly string[];
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
  return {
    specs: specs.sort(),
    nodeTypeScript: specs.filter((file) => /\.[mc]?ts$/.test(file) && importsNodeTest(join(folder, file))),
    jest,
    taken: (jest && isPackage && nxInfersJest) || ownTest(folder, names),
  };
}

/** JavaScript without jest is Node's by default; TypeScript is as often vitest's, so that it must say so itself. */
function importsNodeTest(file: string): boolean {
  return /(['"])node:test\1/.test(readText(file));
}

export function hasJestConfig(folder: string): boolean {
  return readdirSync(folder).some((name) => jestConfig.test(name));
}

/** What lets Node run TypeScript: tsx, where the workspace has it; Node itself from 22.18 on; or nothing. */
export type TypeScriptLoader = 'tsx' | 'node' | 'none';

/** @param features those of the Node that runs: `typescript` among them where it has that one. */
export function typeScriptLoader(
  workspaceRoot: string,
  features: object = process.features,
): TypeScriptLoader {
  const { dependencies, devDependencies } = readObject(join(workspaceRoot, 'package.json'));
  if (hasKey(dependencies, 'tsx') || hasKey(devDependencies, 'tsx')) return 'tsx';
  return 'typescript' in features && features.typescript !== false ? 'node' : 'none';
}

function ownTest(folder: string, names: ReadonlySet<string>): boolean {
  const project = names.has('project.json') ? readObject(join(folder, 'project.json')) : {};
  const manifest = names.has('package.json') ? readObject(join(folder, 'package.json')) : {};
  const nx = manifest['nx'] as { readonly targets?: object } | undefined;
  return [project['targets'], manifest['scripts'], nx?.targets].some((named) => hasKey(named, 'test'));
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && key in value;
}

/** A file that cannot be read says nothing here; Nx tells of it. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readObject(file: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(readText(file)) as unknown;
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
