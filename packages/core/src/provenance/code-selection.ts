import { compareText } from '../kernel/index.js';
import { isParsedSource, mayBeRead } from './file-kinds.js';

/** What one step of a project reaches through imports. */
export interface StepClosure {
  /** Files that the command starts, workspace-relative. Empty: the command does not tell. */
  readonly entries: readonly string[];
  /** The entries and all that they import, workspace-relative. */
  readonly files: readonly string[];
  /** True when an import, or an entry in a language we do not parse, may read more than `files` tells. */
  readonly open: boolean;
  /** Projects that count whole, because an import that cannot be resolved statically may lead anywhere in them. */
  readonly wholeProjects: readonly string[];
}

export interface CodeSelectionInput {
  readonly project: string;
  readonly closure: StepClosure;
  /** The closures of the project's other steps. */
  readonly siblings: readonly StepClosure[];
  /** Files of a project, workspace-relative, without what git ignores and without nested projects. */
  readonly filesOf: (project: string) => readonly string[];
  /** The project that holds a file; undefined: none. */
  readonly ownerOf: (path: string) => string | undefined;
  /** Values that enter the key by field, such as the params file. */
  readonly byValue: ReadonlySet<string>;
}

/**
 * The files whose bytes stand in a step's run key. Sound first, then fine:
 *
 * 1. every file of the project's own folder that a step could read,
 *    less those that only another step of the project reaches (editing `evaluate.mjs` does not retrain),
 * 2. every imported file of other projects, one by one,
 * 3. what those projects hold besides parsed sources (word lists, tables): code may open them,
 * 4. whole projects where an import cannot be resolved statically.
 *
 * @returns sorted workspace-relative paths.
 */
export function selectCode(input: CodeSelectionInput): readonly string[] {
  const reached = new Set(input.closure.files);
  const selected = new Set<string>(reached);
  for (const path of ownFiles(input, reached)) selected.add(path);
  for (const path of foreignFiles(input, reached)) selected.add(path);
  return [...selected].filter((path) => !input.byValue.has(path)).sort(compareText);
}

function ownFiles(input: CodeSelectionInput, reached: ReadonlySet<string>): readonly string[] {
  const readable = input.filesOf(input.project).filter(mayBeRead);
  if (input.closure.open || input.closure.entries.length === 0) return readable;
  const otherSteps = new Set(input.siblings.flatMap((sibling) => sibling.files));
  return readable.filter((path) => reached.has(path) || !otherSteps.has(path));
}

function foreignFiles(input: CodeSelectionInput, reached: ReadonlySet<string>): readonly string[] {
  const whole = new Set(input.closure.wholeProjects);
  const owners = new Set([...reached].map((path) => input.ownerOf(path)));
  const projects = new Set([...whole, ...owners]);
  return [...projects].flatMap((project) => {
    if (project === undefined || project === input.project) return [];
    const readable = input.filesOf(project).filter(mayBeRead);
    return whole.has(project) ? readable : readable.filter((path) => !isParsedSource(path));
  });
}
