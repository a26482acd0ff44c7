import type { Tree } from '@nx/devkit';

const file = 'pnpm-workspace.yaml';

/**
 * Tells pnpm to leave the install scripts of some packages alone: from version 11 on it fails over each that nobody
 * decided about. Only where pnpm keeps such decisions already; one that is made stays.
 */
export function skipBuildScripts(tree: Tree, packages: readonly string[]): void {
  const before = tree.exists(file) ? (tree.read(file, 'utf8') ?? '') : undefined;
  if (before === undefined) return;
  const after = packages.reduce(withSkipped, before);
  if (after !== before) tree.write(file, after);
}

/** Edited as text, since people's comments stand between. Decisions in one line, `{ nx: true }`, are left to them. */
function withSkipped(text: string, name: string): string {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => /^allowBuilds:\s*(#.*)?$/.test(line));
  if (head === -1)
    return /^allowBuilds:/m.test(text) ? text : withLine(text, `allowBuilds:\n  ${name}: false`);
  const end = lines.findIndex((line, index) => index > head && /^[^\s#]/.test(line));
  const decisions = lines.slice(head + 1, end === -1 ? undefined : end);
  if (decisions.some((line) => line.trim().replace(/^['"]/, '').startsWith(name))) return text;
  const indent = decisions.map((line) => /^\s+(?=[^\s#])/.exec(line)?.[0]).find(Boolean) ?? '  ';
  return lines.toSpliced(head + 1, 0, `${indent}${name}: false`).join('\n');
}

function withLine(text: string, line: string): string {
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${line}\n`;
}
