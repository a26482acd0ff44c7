import { folderOf, joinPath, normalPath } from './workspace-index.js';
import type { WorkspaceIndex } from './workspace-index.js';

const codeExtensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
const dataExtensions = ['.json', '.node'];

/** TypeScript sources are imported under the name that their output will have. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

interface Candidates {
  readonly files: readonly string[];
  /** Whether every loader stops here: the file itself, or one with `.js`, is there. */
  readonly settled: boolean;
}

/**
 * The files that a path in a specifier may stand for, by the rules of node, TypeScript and bundlers together: where
 * they would choose differently (`a.js` beside `a.ts`, `a.mjs` beside `a/index.js`) all count.
 */
export function scriptFilesAt(index: WorkspaceIndex, path: string): readonly string[] {
  const named = filesNamed(index, path);
  return named.settled ? named.files : [...named.files, ...folderFiles(index, path)];
}

/** As `scriptFilesAt`, for a specifier that ends in a slash or in dots: a folder goes first. */
export function scriptFolderAt(index: WorkspaceIndex, path: string): readonly string[] {
  const files = folderFiles(index, path);
  return files.length > 0 ? files : filesNamed(index, path).files;
}

function filesNamed(index: WorkspaceIndex, path: string): Candidates {
  const exact = index.isFile(path);
  const direct = [...(exact ? [path] : []), ...sourceFiles(index, path)];
  if (direct.length > 0) return { files: direct, settled: exact };
  const files = withExtensions(index, path);
  return files.length > 0
    ? { files, settled: files.includes(`${path}.js`) }
    : { files: otherExtensions(index, path), settled: false };
}

/** What a folder stands for: the `main` of its package.json, else its index. */
function folderFiles(index: WorkspaceIndex, folder: string): readonly string[] {
  if (!index.isFolder(folder)) return [];
  const manifest = index.readJson(joinPath(folder, 'package.json'));
  const mains = [manifest?.['main'], manifest?.['module']].flatMap((main) => {
    const target = typeof main === 'string' ? normalPath(joinPath(folder, main)) : undefined;
    return target === undefined || target === folder ? [] : [mainFiles(index, target)];
  });
  const files = mains.flatMap((main) => main.files);
  return mains.some((main) => main.settled) ? files : [...files, ...indexFiles(index, folder)];
}

function mainFiles(index: WorkspaceIndex, main: string): Candidates {
  const named = filesNamed(index, main);
  if (named.settled || !index.isFolder(main)) return named;
  const inside = indexFiles(index, main);
  return { files: [...named.files, ...inside], settled: inside.includes(joinPath(main, 'index.js')) };
}

function indexFiles(index: WorkspaceIndex, folder: string): readonly string[] {
  return withExtensions(index, joinPath(folder, 'index'));
}

function sourceFiles(index: WorkspaceIndex, path: string): string[] {
  const extension = /\.[cm]?jsx?$/.exec(path)?.[0] ?? '';
  const stem = path.slice(0, path.length - extension.length);
  return (sourcesOf[extension] ?? []).map((each) => stem + each).filter((each) => index.isFile(each));
}

/** Code, and data where there is no `.js`, which goes before it everywhere. */
function withExtensions(index: WorkspaceIndex, stem: string): string[] {
  const extensions = index.isFile(`${stem}.js`) ? codeExtensions : [...codeExtensions, ...dataExtensions];
  return extensions.map((extension) => stem + extension).filter((path) => index.isFile(path));
}

/** `./view` may be a `view.vue` to a bundler that is told so. */
function otherExtensions(index: WorkspaceIndex, path: string): string[] {
  const folder = folderOf(path);
  const stem = `${path.slice(folder === '' ? 0 : folder.length + 1)}.`;
  return [...index.names(folder)]
    .filter((name) => name.startsWith(stem) && !name.slice(stem.length).includes('.'))
    .map((name) => joinPath(folder, name))
    .filter((each) => index.isFile(each));
}
