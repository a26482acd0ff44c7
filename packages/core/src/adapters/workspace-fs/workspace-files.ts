import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import type { BigIntStats, Dirent } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type * as FastGlob from 'fast-glob';

import type { SourceTree } from '../../imports/index.js';
import { compareText, digestOf, messageOf, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { digestOfFile } from './digest-of-file.js';
import { IgnoreRules } from './ignore-rules.js';

interface Known {
  readonly stamp: string;
  readonly digest: Digest;
  readonly text: string | undefined;
}

/** What can be asked about a workspace's files. Every path is workspace-relative with `/`. */
export interface FileView extends SourceTree {
  list(folder: string, enters?: (folder: string) => boolean): readonly string[];
  glob(folder: string, patterns: readonly string[]): readonly string[];
  isIgnored(path: string): boolean;
  digestOf(path: string): Digest;
  sizeOf(path: string): number;
}

/**
 * The workspace's files: listed as git would, digested, read, each time as they are.
 * A file's digest is remembered by this process for as long as the file's identity, size and times stay the same.
 */
export class WorkspaceFiles implements FileView {
  readonly #root: string;
  readonly #ignore: IgnoreRules;
  readonly #known = new Map<string, Known>();
  readonly #realFolders = new Map<string, string | undefined>();
  #realRoot: string | undefined;

  /** @param root absolute. */
  constructor(root: string) {
    this.#root = root;
    this.#ignore = new IgnoreRules(root);
  }

  /**
   * Every file below a folder that git does not ignore, sorted. Links are followed, each real folder once.
   *
   * @param enters asked for every folder below, so that nested projects can be left out.
   * @param entriesOf what stands in a folder, for whoever has looked before.
   */
  list(
    folder: string,
    enters: (folder: string) => boolean = () => true,
    entriesOf = (at: string): readonly Dirent[] => this.entries(at),
  ): readonly string[] {
    const found: string[] = [];
    const visited = new Set<string>();
    const walk = (at: string): void => {
      const real = realPathOf(join(this.#root, at));
      if (real === undefined || visited.has(real)) return;
      visited.add(real);
      for (const entry of entriesOf(at)) {
        const path = at === '' ? entry.name : `${at}/${entry.name}`;
        const kind = entry.isSymbolicLink() ? this.#targetKind(path) : kindOf(entry);
        if (kind === undefined || this.#ignore.ignoresEntry(path, kind === 'folder')) continue;
        if (kind === 'file') found.push(path);
        else if (enters(path)) walk(path);
      }
    };
    walk(folder);
    return found.sort(compareText);
  }

  /** Files that match globs relative to `folder` (`!` excludes), ignored or not, sorted. */
  glob(folder: string, patterns: readonly string[]): readonly string[] {
    const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
    const unwanted = patterns.flatMap((pattern) => (pattern.startsWith('!') ? [pattern.slice(1)] : []));
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- slow to load, and rarely asked for
    const fastGlob = require('fast-glob') as typeof FastGlob;
    const found = fastGlob.sync(wanted, {
      cwd: join(this.#root, folder),
      ignore: [...unwanted, '**/node_modules/**', '**/.git/**', '**/.nx/**', '**/.nx-ml/**'],
      dot: true,
      absolute: true,
    });
    const prefix = `${this.#root}/`;
    return found
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length))
      .sort(compareText);
  }

  isIgnored(path: string): boolean {
    return this.#ignore.ignores(path);
  }

  isFile(path: string): boolean {
    return statSync(join(this.#root, path), { throwIfNoEntry: false })?.isFile() ?? false;
  }

  listFolder(path: string): readonly string[] {
    return this.entries(path).map(({ name }) => name);
  }

  /** What stands in a folder, links as such; none where there is no such folder. */
  entries(folder: string): readonly Dirent[] {
    try {
      return readdirSync(join(this.#root, folder), { withFileTypes: true });
    } catch {
      return [];
    }
  }

  realPath(path: string): string | undefined {
    const real = this.#real(path);
    if (real === undefined) return undefined;
    this.#realRoot ??= realpathSync.native(this.#root);
    return real.startsWith(`${this.#realRoot}/`) ? real.slice(this.#realRoot.length + 1) : undefined;
  }

  /** Most files are no links: then their folder, resolved once, tells where they are. */
  #real(path: string): string | undefined {
    const absolute = join(this.#root, path);
    const stats = lstatSync(absolute, { throwIfNoEntry: false });
    if (stats?.isFile() !== true) return realPathOf(absolute);
    const folder = dirname(absolute);
    if (!this.#realFolders.has(folder)) this.#realFolders.set(folder, realPathOf(folder));
    const real = this.#realFolders.get(folder);
    return real === undefined ? undefined : join(real, basename(absolute));
  }

  readText(path: string): string | undefined {
    try {
      return this.#read(path, true).text;
    } catch {
      return undefined;
    }
  }

  /** @throws MlError ERR_ML_CODE_UNREADABLE */
  digestOf(path: string): Digest {
    try {
      return this.#read(path, false).digest;
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }

  /** Bytes. @throws MlError ERR_ML_CODE_UNREADABLE */
  sizeOf(path: string): number {
    try {
      return statSync(join(this.#root, path)).size;
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }

  #read(path: string, withText: boolean): Known {
    const absolute = join(this.#root, path);
    const stats = statSync(absolute, { bigint: true });
    const stamp = stampOf(stats);
    const known = this.#known.get(path);
    if (known?.stamp === stamp && (!withText || known.text !== undefined)) return known;
    const fresh = withText
      ? { stamp, ...readWhole(absolute) }
      : { stamp, digest: digestOfFile(absolute, Number(stats.size)), text: undefined };
    this.#known.set(path, fresh);
    return fresh;
  }

  #targetKind(path: string): 'file' | 'folder' | undefined {
    const stats = statSync(join(this.#root, path), { throwIfNoEntry: false });
    return stats === undefined ? undefined : kindOf(stats);
  }
}

function readWhole(absolute: string): { readonly digest: Digest; readonly text: string } {
  const bytes = readFileSync(absolute);
  return { digest: digestOf(bytes), text: bytes.toString('utf8') };
}

function unreadable(path: string, cause: unknown): MlError {
  return new MlError('ERR_ML_CODE_UNREADABLE', {
    message: `${path} cannot be read: ${messageOf(cause)}`,
    fix: 'Make the file readable, or take it out of the project.',
    cause,
  });
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): 'file' | 'folder' | undefined {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'folder' : undefined;
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

function stampOf(stats: BigIntStats): string {
  return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');
}
