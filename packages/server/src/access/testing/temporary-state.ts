import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A place for a state folder, which is not there yet. */
export interface TemporaryState {
  readonly path: string;
  at(name: string): string;
  remove(): void;
}

export function temporaryState(): TemporaryState {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-server-')));
  const path = join(base, 'state');
  return {
    path,
    at: (name) => join(path, name),
    remove: () => {
      rmSync(base, { recursive: true, force: true });
    },
  };
}
