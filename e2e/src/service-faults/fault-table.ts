import type { FaultRow } from './fault-row.js';

const heads = ['fault', 'how', 'what users have', 'what the history says'] as const;

/** The table of docs/design/deploy.md. @param met what users met just now, by the fault */
export function faultTable(rows: readonly FaultRow[], met?: ReadonlyMap<string, string>): string {
  const lines = rows.map(({ fault, how, users, history }) => [
    fault,
    how,
    users,
    history,
    ...(met === undefined ? [] : [met.get(fault) ?? 'not run here']),
  ]);
  const all = [met === undefined ? heads : [...heads, 'met just now'], ...lines];
  return all.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** As Prettier may have laid it out. */
export function withoutPadding(markdown: string): string {
  return markdown.replace(/ +/g, ' ').replace(/^\|[ -|]*\|\n/gm, (line) => (/\w/.test(line) ? line : ''));
}
