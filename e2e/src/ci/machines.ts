import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { WorkspaceRig } from '@nx-ml/testing';

/** What npx does where everything is installed, without npm's own start each time; and nothing is to be installed. */
const programs = {
  npx: 'name="$1"\nshift\nexec "node_modules/.bin/$name" "$@"\n',
  npm: 'exit 0\n',
};

/** Machines of a CI that know nothing yet: clones of the rig's workspace in which the packages are installed. */
export class Machines {
  readonly #rig: WorkspaceRig;
  #count = 0;

  constructor(rig: WorkspaceRig) {
    this.#rig = rig;
    mkdirSync(this.#programs);
    for (const [name, script] of Object.entries(programs)) this.program(name, script);
  }

  get #programs(): string {
    return join(this.#rig.home, 'programs');
  }

  /** Puts a shell script in the place of a program. */
  program(name: string, script: string): void {
    writeFileSync(join(this.#programs, name), `#!/bin/sh\n${script}`, { mode: 0o755 });
  }

  variables(): Record<string, string> {
    const own = this.#rig.environment();
    return { ...own, PATH: `${this.#programs}:${own['PATH'] ?? ''}` };
  }

  /**
   * @param change a branch that is merged into main first, as a pull request is tried
   * @returns the clone; absolute
   */
  fresh(change?: string): string {
    const clone = join(this.#rig.home, `machine-${String(++this.#count)}`);
    this.#rig.git('clone', '--quiet', this.#rig.root, clone);
    const who = ['-c', 'user.name=rig', '-c', 'user.email=rig@localhost'];
    const merge = ['merge', '--quiet', '--no-ff', '-m', 'Try'];
    if (change !== undefined) this.#rig.git('-C', clone, ...who, ...merge, `origin/${change}`);
    symlinkSync(join(this.#rig.root, 'node_modules'), join(clone, 'node_modules'));
    return clone;
  }
}
