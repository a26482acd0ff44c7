import type { TargetConfiguration } from '@nx/devkit';

import { nodeQuestion, pythonQuestion } from './interpreter-questions.js';
import type { SpecFiles, TypeScriptLoader } from './spec-files.js';

export interface TestTargetInput extends SpecFiles {
  /** Workspace-relative. */
  readonly root: string;
  /** The interpreter that ml.yaml names. */
  readonly python: string | undefined;
  /** The workspace's root has a jest configuration. */
  readonly workspaceJest: boolean;
  readonly typeScript: TypeScriptLoader;
}

/**
 * A `test` target for a project with specs that has none: with the runner that its specs are written for. Python's go
 * to pytest, as the project's steps have Python. Scripts go to jest where the project has a configuration of it, or where
 * the workspace has one and the spec is no `.mjs`, which jest loads only with flags of Node's; else to Node's own
 * runner, TypeScript only where it says that it is for that one.
 */
export function inferTestTarget(input: TestTargetInput): TargetConfiguration | undefined {
  const commands = input.taken ? [] : commandsOf(input);
  if (commands.length === 0) return undefined;
  const python = commands.some(({ runner }) => runner === 'pytest');
  const script = commands.some(({ runner }) => runner !== 'pytest');
  return {
    executor: 'nx:run-commands',
    options: {
      commands: commands.map(({ command }) => command),
      parallel: false,
      cwd: input.root,
    },
    cache: true,
    inputs: [
      '{projectRoot}/**/*',
      '^{projectRoot}/**/*',
      ...(input.workspaceJest ? ['{workspaceRoot}/jest.{config,preset}.*'] : []),
      ...(script ? [{ runtime: nodeQuestion }] : []),
      ...(python ? [{ runtime: pythonQuestion(input.python) }] : []),
    ],
    metadata: {
      description: `Run the specs of the project${isStuck(input) ? `: ${typeScriptNeeds}` : ''}`,
      technologies: commands.map(({ runner }) => runner),
    },
  };
}

interface RunnerCommand {
  readonly runner: 'jest' | 'node' | 'pytest';
  readonly command: string;
}

function commandsOf(input: TestTargetInput): readonly RunnerCommand[] {
  const { specs, nodeTypeScript, jest, workspaceJest, root } = input;
  const scripts = specs.filter((file) => !file.endsWith('.py'));
  const isForJest = (file: string): boolean =>
    jest || (workspaceJest && !file.endsWith('.mjs') && !nodeTypeScript.includes(file));
  const forJest = scripts.filter(isForJest);
  const forNode = scripts.filter(
    (file) => !isForJest(file) && (/\.[mc]?js$/.test(file) || nodeTypeScript.includes(file)),
  );
  const commands: RunnerCommand[] = [];
  if (forJest.length > 0)
    commands.push({ runner: 'jest', command: jest ? 'jest' : workspaceJestCommand(root, forJest) });
  if (forNode.length > 0) commands.push({ runner: 'node', command: nodeCommand(forNode, input) });
  // Source folders are inputs: pytest must leave no cache behind in them.
  if (scripts.length < specs.length)
    commands.push({ runner: 'pytest', command: 'nx-ml python -m pytest -q -p no:cacheprovider' });
  return commands;
}

const typeScriptNeeds = 'specs in TypeScript need Node 22.18 or later, or tsx in package.json';

/** Specs that nothing here can run. They must fail, and say why: without a target nobody would miss them. */
function isStuck({ nodeTypeScript, jest, typeScript }: TestTargetInput): boolean {
  return nodeTypeScript.length > 0 && !jest && typeScript === 'none';
}

function nodeCommand(files: readonly string[], input: TestTargetInput): string {
  if (isStuck(input)) return `echo '${typeScriptNeeds}' >&2; exit 1`;
  const hasTypeScript = files.some((file) => input.nodeTypeScript.includes(file));
  const loader = hasTypeScript && input.typeScript === 'tsx' ? '--import tsx ' : '';
  return `node ${loader}--test ${files.map(quoted).join(' ')}`;
}

/** The workspace's own jest, started at its root, for these files alone. */
function workspaceJestCommand(root: string, files: readonly string[]): string {
  const paths = files.map((file) => quoted(root === '.' ? file : `${root}/${file}`));
  const start = root === '.' ? '' : `cd ${root.replace(/[^/]+/g, '..')} && `;
  return `${start}jest --runTestsByPath ${paths.join(' ')}`;
}

/** For a shell, and bare where that is safe. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
