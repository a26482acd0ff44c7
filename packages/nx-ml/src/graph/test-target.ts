import type { TargetConfiguration } from '@nx/devkit';

import { nodeQuestion, pythonQuestion } from './interpreter-questions.js';
import type { SpecFiles } from './spec-files.js';

export interface TestTargetInput extends SpecFiles {
  /** Workspace-relative. */
  readonly root: string;
  /** The interpreter that ml.yaml names. */
  readonly python: string | undefined;
  /** The workspace's root has a jest configuration. */
  readonly workspaceJest: boolean;
}

/**
 * A `test` target for a project with specs that has none: with the runner that its specs are written for. Python's go
 * to pytest, as the project's steps have Python. JavaScript's go to jest where the project has a configuration of it, or where the workspace has one and the
 * spec is no `.mjs`, which jest loads only with flags of Node's; else to Node's own runner, which starts no TypeScript.
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
      description: 'Run the specs of the project',
      technologies: commands.map(({ runner }) => runner),
    },
  };
}

interface RunnerCommand {
  readonly runner: 'jest' | 'node' | 'pytest';
  readonly command: string;
}

function commandsOf({ specs, jest, workspaceJest, root }: TestTargetInput): readonly RunnerCommand[] {
  const scripts = specs.filter((file) => !file.endsWith('.py'));
  const forJest = scripts.filter((file) => jest || (workspaceJest && !file.endsWith('.mjs')));
  const forNode = scripts.filter((file) => !forJest.includes(file) && /\.[mc]?js$/.test(file));
  const commands: RunnerCommand[] = [];
  if (forJest.length > 0)
    commands.push({ runner: 'jest', command: jest ? 'jest' : workspaceJestCommand(root, forJest) });
  if (forNode.length > 0)
    commands.push({ runner: 'node', command: `node --test ${forNode.map(quoted).join(' ')}` });
  // Source folders are inputs: pytest must leave no cache behind in them.
  if (scripts.length < specs.length)
    commands.push({ runner: 'pytest', command: 'nx-ml python -m pytest -q -p no:cacheprovider' });
  return commands;
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
