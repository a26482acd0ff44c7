import type { Tree } from '@nx/devkit';

/**
 * Adds lines to a text file that people keep (a .gitignore, a requirements.txt), those that it lacks, at its end.
 *
 * @param has tells whether the file says the same already, maybe in other words.
 */
export function addLines(
  tree: Tree,
  file: string,
  lines: readonly string[],
  has: (present: readonly string[], line: string) => boolean = (present, line) => present.includes(line),
): void {
  const before = tree.exists(file) ? (tree.read(file, 'utf8') ?? '') : '';
  const present = before.split(/\r?\n/).map((line) => line.trim());
  const missing = lines.filter((line) => !has(present, line));
  if (missing.length === 0) return;
  const start = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  tree.write(file, `${start}${missing.join('\n')}\n`);
}
