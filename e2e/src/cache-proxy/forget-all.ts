import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { WorkspaceRig } from '@nx-ml/testing';

/** As in a fresh clone on a fresh machine: no cache of Nx, no store, no manifest. */
export function forgetAll(rig: WorkspaceRig): void {
  rig.forgetNx();
  for (const path of ['.nx-ml', '.trace']) rig.remove(path);
  for (const path of ['.nx-ml', '.cache', '.local'])
    rmSync(join(rig.home, path), { recursive: true, force: true });
}
