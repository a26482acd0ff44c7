import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import { slotsContract } from '../../engine/slots.contract.js';

import { openSlots } from './index.js';
import { defaultSlotsFolder, prepareFolder } from './slots-folder.js';

const base = mkdtempSync(join(tmpdir(), 'slots-'));
const folder = join(base, 'slots');
const capacity = { gpus: ['0'], memory: 10 };

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

const renew = (): void => {
  rmSync(folder, { recursive: true, force: true });
};

slotsContract('folder', { open: (lent) => openSlots({ capacity: lent, folder }), renew });

describe('the slots folder', () => {
  beforeEach(renew);

  it('is not touched by who asks for nothing', async () => {
    const slots = openSlots({ capacity, folder });
    await (await slots.tryAcquire({ gpu: 0, memory: 0 }))?.release();
    expect(readdirSync(base)).toEqual([]);
  });

  it('is made for its owner alone, and is empty when all was given back', async () => {
    const lease = await openSlots({ capacity, folder }).tryAcquire({ gpu: 1, memory: 1 });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^lease\./)]);
    await lease?.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not count the leases of processes that are gone, nor of others that got their pid', async () => {
    mkdirSync(folder, { mode: 0o700 });
    const all = JSON.stringify({ formatVersion: 1, gpus: ['0'], memory: 10 });
    writeFileSync(join(folder, `lease.${String(2 ** 22 + 1)}.x-1.a`), all);
    writeFileSync(join(folder, `lease.${String(process.pid)}.otherboot-1.a`), all);
    writeFileSync(join(folder, `new.${String(process.pid)}.otherboot-1.a`), '{"half');
    writeFileSync(join(folder, 'something else'), '');
    expect(await openSlots({ capacity, folder }).tryAcquire({ gpu: 1, memory: 10 })).toMatchObject({
      gpus: ['0'],
    });
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('counts a lease however old its file is', async () => {
    await openSlots({ capacity, folder }).tryAcquire({ gpu: 1, memory: 0 });
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), 1, 1);
    expect(await openSlots({ capacity, folder }).tryAcquire({ gpu: 1, memory: 0 })).toBeUndefined();
  });

  it('does not guess what a living lease of an unknown format holds', async () => {
    await openSlots({ capacity, folder }).tryAcquire({ gpu: 0, memory: 1 });
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"formatVersion":2}');
    await expect(openSlots({ capacity, folder }).tryAcquire({ gpu: 1, memory: 0 })).rejects.toMatchObject({
      code: 'ERR_ML_DOCUMENT_INVALID',
      message: expect.stringContaining('lease.') as string,
    });
  });

  it.each([
    [
      'others may write to it',
      'can be written to by others',
      () => {
        chmodAfterMaking();
      },
    ],
    [
      'it is a file',
      'cannot be made',
      () => {
        writeFileSync(folder, '');
      },
    ],
    [
      'it is a link',
      'is no folder',
      () => {
        symlinkSync(base, folder);
      },
    ],
  ])('is refused when %s', async (_what, message, prepare) => {
    prepare();
    await expect(openSlots({ capacity, folder }).tryAcquire({ gpu: 1, memory: 0 })).rejects.toMatchObject({
      code: 'ERR_ML_SLOTS_UNUSABLE',
      message: expect.stringContaining(message) as string,
    });
  });

  function chmodAfterMaking(): void {
    mkdirSync(folder);
    chmodSync(folder, 0o777);
  }

  it('is refused when it belongs to someone else', () => {
    const { uid } = userInfo();
    expect(() => {
      prepareFolder(base, uid + 1);
    }).toThrow(`belongs to the user with the id ${String(uid)}`);
  });

  it('is the same wherever a process was started from', () => {
    const name = `/tmp/nx-ml-${String(userInfo().uid)}`;
    expect(defaultSlotsFolder({ TMPDIR: '/elsewhere', XDG_RUNTIME_DIR: '/run/user/1' })).toBe(name);
    expect(defaultSlotsFolder({ NX_ML_SLOTS_DIR: '/chosen' })).toBe('/chosen');
  });
});
