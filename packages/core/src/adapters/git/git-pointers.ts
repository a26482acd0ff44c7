import type { PointerCommit, PointerEdit, PointerHistory } from '../../data/index.js';
import { isPointerPath, longestPointer } from '../../data/index.js';
import { askGit, commitNamed } from './ask-git.js';

/** As git matches paths: also below folders. */
const everyPointer = ['*.ref.json', '*.dvc'];
/** How git writes the absence of a blob. */
const nothing = /^0+$/;

/** One pointer in one commit, by the names of its blobs. */
interface RawEdit {
  readonly pointer: string;
  readonly before: string;
  readonly after: string;
}

/** The pointers in a git repository. The workspace may be a folder of it. */
export class GitPointers implements PointerHistory {
  readonly #root: string;

  /** @param root absolute; the workspace. */
  constructor(root: string) {
    this.#root = root;
  }

  async pointers(): Promise<readonly string[] | undefined> {
    const which = ['--cached', '--others', '--exclude-standard'];
    const listed = await this.#ask(['ls-files', '-z', ...which, '--', ...everyPointer]);
    return listed && [...new Set(fields(listed))].filter(isPointerPath).sort();
  }

  commit(revision: string): Promise<string | undefined> {
    return commitNamed(this.#root, revision);
  }

  async pointersAt(commit: string): Promise<ReadonlyMap<string, string>> {
    const tree = fields((await this.#ask(['ls-tree', '-r', '-z', commit])) ?? Buffer.of());
    const blobs = tree.flatMap((line) => {
      const [, blob, path] = /^100\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return blob !== undefined && path !== undefined && isPointerPath(path) ? [[path, blob] as const] : [];
    });
    const texts = await this.#texts(blobs.map(([, blob]) => blob));
    return new Map(blobs.map(([path, blob]) => [path, texts.get(blob) ?? '']));
  }

  async log(paths: readonly string[]): Promise<readonly PointerCommit[]> {
    const which = paths.flatMap((path) => ['', '.ref.json', '.dvc'].map((end) => `:(literal)${path}${end}`));
    const printed = await this.#ask([
      'log',
      '-z',
      '--format=%H%x00%aI%x00%aN%x00%s',
      '--raw',
      '--no-abbrev',
      '--no-renames',
      '--diff-merges=first-parent',
      '--relative',
      '--',
      ...(which.length === 0 ? everyPointer : which),
    ]);
    const commits = parseLog(fields(printed ?? Buffer.of()));
    const texts = await this.#texts(
      commits.flatMap(({ raw }) => raw.flatMap(({ before, after }) => [before, after])),
    );
    const textOf = (blob: string): string | undefined =>
      nothing.test(blob) ? undefined : (texts.get(blob) ?? '');
    return commits.map(({ raw, ...commit }) => ({
      ...commit,
      edits: raw.map(({ pointer, before, after }): PointerEdit => ({
        pointer,
        before: textOf(before),
        after: textOf(after),
      })),
    }));
  }

  /** The texts of blobs; those that are too long for a pointer, or not in this clone, are left out. */
  async #texts(blobs: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const asked = [...new Set(blobs)].filter((blob) => !nothing.test(blob));
    if (asked.length === 0) return new Map();
    const sizes = await this.#ask(['cat-file', '--batch-check'], `${asked.join('\n')}\n`);
    const short = (sizes?.toString('utf8') ?? '').split('\n').flatMap((line) => {
      const [, blob, size] = /^(\w+) blob (\d+)$/.exec(line) ?? [];
      return blob !== undefined && Number(size) <= longestPointer ? [blob] : [];
    });
    if (short.length === 0) return new Map();
    return parseBlobs((await this.#ask(['cat-file', '--batch'], `${short.join('\n')}\n`)) ?? Buffer.of());
  }

  #ask(args: readonly string[], input?: string): Promise<Buffer | undefined> {
    return askGit(this.#root, args, input);
  }
}

/** Commits with what they did to pointers: each the four fields of its format, then pairs of a raw line and a path. */
function parseLog(
  words: readonly string[],
): readonly (Omit<PointerCommit, 'edits'> & { readonly raw: readonly RawEdit[] })[] {
  const commits: (Omit<PointerCommit, 'edits'> & { raw: RawEdit[] })[] = [];
  for (let at = 0; at < words.length;) {
    const word = (words[at] ?? '').replace(/^\n/, '');
    const [, before, after] = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) \w/.exec(word) ?? [];
    if (before !== undefined && after !== undefined) {
      const pointer = words[at + 1] ?? '';
      if (isPointerPath(pointer)) commits.at(-1)?.raw.push({ pointer, before, after });
      at += 2;
    } else {
      const [when = '', author = '', subject = ''] = words.slice(at + 1, at + 4);
      commits.push({ commit: word, at: when, author, subject, raw: [] });
      at += 4;
    }
  }
  return commits.filter(({ raw }) => raw.length > 0);
}

/** `<name> blob <size>`, a line end, the bytes and a line end, again and again. */
function parseBlobs(bytes: Buffer): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\n', at);
    const [blob = '', , size] = bytes.toString('latin1', at, end).split(' ');
    const next = end + 1 + Number(size);
    texts.set(blob, bytes.toString('utf8', end + 1, next));
    at = next + 1;
  }
  return texts;
}

/** Between NULs. An empty one in the middle is a field: a subject may be empty. */
function fields(bytes: Buffer): readonly string[] {
  const words = bytes.toString('utf8').split('\0');
  if (words.at(-1) === '') words.pop();
  return words;
}
