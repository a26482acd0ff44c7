import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly cwd: string;
  /** Arguments, joined by spaces. */
  readonly command: string;
}

/** Every living process that works in a folder or below it. Linux only: read from /proc. */
export function processesIn(folder: string): readonly ProcessFacts[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processFacts(Number(name)) ?? [])
    .filter(({ cwd }) => cwd === folder || cwd.startsWith(`${folder}/`));
}

/** undefined for one that is gone, or dead and not yet reaped. */
function processFacts(pid: number): ProcessFacts | undefined {
  const folder = `/proc/${String(pid)}`;
  try {
    const stat = readFileSync(`${folder}/stat`, 'latin1');
    // The name in field 2 may hold anything, spaces and brackets too.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    const cwd = readlinkSync(`${folder}/cwd`);
    const command = readFileSync(`${folder}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
    return { pid, parent: Number(parent), group: Number(group), cwd, command };
  } catch {
    return undefined;
  }
}
