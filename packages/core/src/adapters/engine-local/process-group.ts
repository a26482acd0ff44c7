import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The processes of one job. `kill(-id, 0)` tells portably whether a group still has members: ESRCH when it has none.
 * Two cases need care:
 * - EPERM: what is left changed its user (sudo). We can neither end nor outwait it, so that it counts as gone.
 * - Linux counts zombies as members, and in a container whose first process reaps nothing an orphan stays a zombie
 *   for ever. So there the members are looked up in /proc, and a group of zombies counts as gone.
 */
export class ProcessGroup {
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  /**
   * SIGTERM to what is left, SIGKILL after `grace` milliseconds; resolves when the leader has exited and nothing of
   * the group lives. A process that not even SIGKILL ends (stuck in the kernel) is waited for: it still holds its GPU.
   */
  async end(grace: number, leader: Promise<unknown>): Promise<void> {
    if (!(await this.isGone())) {
      this.#signal('SIGTERM');
      const kill = setTimeout(() => {
        this.#signal('SIGKILL');
      }, grace);
      for (let pause = 5; !(await this.isGone()); pause = Math.min(2 * pause, 100)) await sleep(pause);
      clearTimeout(kill);
    }
    await leader;
  }

  async isGone(): Promise<boolean> {
    if (!this.#signal(0)) return true;
    if (await hasLivingMember(this.#id)) return false;
    // A member that was forked while /proc was read may have been overlooked; to zombies this does nothing.
    this.#signal('SIGKILL');
    return !(await hasLivingMember(this.#id));
  }

  /** Whether there was someone to take it. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.#id, signal);
    } catch {
      return false;
    }
  }
}

async function hasLivingMember(group: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const pids = await readdir('/proc').catch(() => undefined);
  if (pids === undefined) return true;
  for (const pid of pids) if (/^\d+$/.test(pid) && (await isLivingMember(pid, group))) return true;
  return false;
}

async function isLivingMember(pid: string, group: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (Number(itsGroup) !== group) return false;
  if (state !== 'Z' && state !== 'X') return true;
  // The first thread may have ended before the others: those still run.
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  return threads.length > 1;
}
