import { appendFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isAlive } from '../../engine-local/testing/processes.js';
import { openSlots } from '../index.js';
import { Mutex } from '../mutex.js';

/**
 * Takes and gives back leases for ever. That nobody else holds the same is checked by means of its own: a link for
 * each GPU that names who uses it. Says "got" on standard output for each lease. As "stuck" it takes the mutex, says
 * so, and keeps it.
 */
const [mode = '', folder = '', marks = ''] = process.argv.slice(2);

function mark(gpu: string): void {
  const path = join(marks, `gpu-${gpu}`);
  try {
    symlinkSync(String(process.pid), path);
  } catch {
    const other = Number(readlinkSync(path));
    if (isAlive(other))
      appendFileSync(join(marks, 'violations'), `GPU ${gpu}: ${String(other)} and ${String(process.pid)}\n`);
    rmSync(path, { force: true });
    symlinkSync(String(process.pid), path);
  }
}

async function fight(): Promise<void> {
  const slots = openSlots({ capacity: { gpus: ['0', '1'], memory: 100 }, folder });
  for (;;) {
    const lease = await slots.tryAcquire({ gpu: 1 + (Math.random() < 0.3 ? 1 : 0), memory: 10 });
    for (const gpu of lease?.gpus ?? []) mark(gpu);
    if (lease !== undefined) process.stdout.write('got\n');
    await sleep(Math.random() * 5);
    for (const gpu of lease?.gpus ?? []) rmSync(join(marks, `gpu-${gpu}`));
    await lease?.release();
    await sleep(Math.random() * 5);
  }
}

async function keepMutex(): Promise<void> {
  await new Mutex(folder).run(() => {
    process.stdout.write('got\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
}

void (mode === 'stuck' ? keepMutex() : fight());
