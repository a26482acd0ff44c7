import type { KeyObject } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { freshKeys, openServerRig } from '../testing/server-rig.js';
import { BelievedKeys } from './believed-keys.js';

let time: number;
beforeEach(() => {
  time = 1000;
});
const clock = { now: () => 0, monotonic: () => time };
const [one, two, three] = [freshKeys(), freshKeys(), freshKeys()] as const;
const listOf = (...keys: (typeof one)[]): readonly KeyObject[] =>
  keys.flatMap(({ publicKeys }) => publicKeys);

describe('The keys that are believed', () => {
  let listed: readonly KeyObject[];
  let looks: number;
  let losses: number;
  let keys: BelievedKeys;
  beforeEach(() => {
    [listed, looks, losses] = [listOf(one), 0, 0];
    const source = {
      current: () => {
        looks += 1;
        return Promise.resolve({ ...one, publicKeys: listed });
      },
    };
    keys = new BelievedKeys(source, clock, () => (losses += 1));
  });

  it('are looked at by the first who asks, and for 50 ms by no other', async () => {
    expect(keys.isFresh).toBe(false);
    for (const at of [1000, 1049, 1050, 1099, 1100]) {
      time = at;
      await keys.lately();
    }
    expect(looks).toBe(3);
  });

  it('are lost when one is missing, and not when one was added or read anew', async () => {
    await keys.now();
    listed = listOf(two, one);
    await keys.now();
    listed = [...listed];
    await keys.now();
    expect(losses).toBe(0);
    listed = listOf(two, three);
    await keys.now();
    expect(losses).toBe(1);
  });

  it('are no more what somebody got who asked before one was lost', async () => {
    const before = await keys.now();
    expect(keys.areStill(before)).toBe(true);
    listed = listOf(two);
    await keys.now();
    expect(keys.areStill(before)).toBe(false);
  });
});

it.each(['pr-7', 'protected'])(
  'what is in memory is forgotten when its key is not believed any more: of %s',
  async (scope) => {
    const rig = await openServerRig({ clock });
    try {
      await rig.put(scope, '111', 'of before');
      for (const token of ['pr-7', 'pr-7']) expect((await rig.get(token, '111')).status).toBe(200);
      rig.keys = two;
      time += 50;
      expect((await rig.get('pr-7', '111')).status).toBe(404);
      time += 50;
      expect((await rig.get('pr-7', '111')).status).toBe(404);
    } finally {
      await rig.close();
    }
  },
);

it('what is in memory stays when its key is one of several', async () => {
  const rig = await openServerRig({ clock });
  try {
    rig.keys = one;
    await rig.put('pr-7', '111', 'of before');
    await rig.get('pr-7', '111');
    rmSync(join(rig.storage, 'cache'), { recursive: true });
    rig.keys = { ...two, publicKeys: listOf(two, one) };
    time += 50;
    expect(String((await rig.get('pr-7', '111')).body)).toBe('of before');
  } finally {
    await rig.close();
  }
});
