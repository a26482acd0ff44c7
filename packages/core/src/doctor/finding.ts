/**
 * - `ok`: looked at, and well.
 * - `note`: works; good to know.
 * - `warning`: works today, and will surprise somebody: another machine, another day.
 * - `problem`: a run fails, or its result cannot be trusted.
 */
export type Grade = 'ok' | 'note' | 'warning' | 'problem';

interface Told {
  /** Names the check for scripts: `git-history`. Never changes. */
  readonly check: string;
  /** A path, a program or a setting, in a few words: it is a column. */
  readonly about: string;
  /** What was found, and what follows from it. */
  readonly says: string;
}

/** Whatever has to be mended says how: one command, or one sentence. */
export type Finding = Told &
  (
    | { readonly grade: 'ok' | 'note'; readonly mend?: string }
    | { readonly grade: 'warning' | 'problem'; readonly mend: string }
  );

export interface FindingGroup {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** `a.csv`, `a.csv and b.csv`, `a.csv, b.csv and 7 more`: a list that never fills the screen. */
export function listText(names: readonly string[]): string {
  const [first = '', second, ...more] = names;
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${String(more.length)} more`;
}

/** `1 file`, `2 files`. */
export function countText(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
