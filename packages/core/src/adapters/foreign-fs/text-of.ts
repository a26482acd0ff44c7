import { readFileSync, statSync } from 'node:fs';

/** The text of a file; undefined where there is none, or one of more bytes than `most`. */
export function textOf(path: string, most = Infinity): string | undefined {
  try {
    return statSync(path).size > most ? undefined : readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
