import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { parseScope } from '@nx-ml/core/cache';

import { temporaryState } from '../testing/temporary-state.js';
import type { TemporaryState } from '../testing/temporary-state.js';
import { openStateFolder } from '../state/index.js';
import type { StateFolder } from '../state/index.js';
import { KnownTokens, TokenList } from './index.js';

const day = 86_400_000;
const damaged = expect.objectContaining({ code: 'ERR_ML_SERVER_STATE' }) as Error;
const hook = require.resolve('../../../../core/src/kernel/testing/typescript-hook.cjs');
const wish = { scope: parseScope('pr-7'), mode: 'read-write', note: 'of a spec', lifetime: day } as const;

let place: TemporaryState;
let state: StateFolder;
let now: number;
let warnings: string[];
let list: TokenList;
let known: KnownTokens;

beforeEach(() => {
  place = temporaryState();
  state = openStateFolder(place.path);
  now = Date.parse('2026-11-27T12:00:00Z');
  warnings = [];
  const clock = { now: () => now, monotonic: () => now };
  list = new TokenList(state, clock);
  known = new KnownTokens(state, { clock, warn: (message) => warnings.push(message) });
});

afterEach(() => {
  place.remove();
});

const rewrite = (change: (text: string) => string): void => {
  state.replace('tokens.json', change(readFileSync(place.at('tokens.json'), 'utf8')));
};

it('knows what was minted: scope, mode and who', async () => {
  const { text, stored } = await list.mint(wish);
  expect(text).toMatch(/^nxml_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
  const expiresAt = now + wish.lifetime;
  const subject = `token ${stored.id}`;
  expect(known.find(text)).toEqual({ scope: 'pr-7', mode: 'read-write', subject, expiresAt });
});

it('keeps no secret', async () => {
  const { text } = await list.mint(wish);
  const secret = text.slice(18);
  const kept = readFileSync(place.at('tokens.json'), 'utf8');
  expect(kept).not.toContain(secret);
  expect(kept).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
});

it('has read-only tokens', async () => {
  const { text } = await list.mint({ ...wish, mode: 'read' });
  expect(known.find(text)?.mode).toBe('read');
});

it('forgets one at the moment of its end', async () => {
  const { text } = await list.mint(wish);
  now += day - 1;
  expect(known.find(text)).toBeDefined();
  now += 1;
  expect(known.find(text)).toBeUndefined();
});

it('forgets one at the next question after it was revoked by another process', async () => {
  const [first, second] = [await list.mint(wish), await list.mint(wish)];
  expect(known.find(first.text)).toBeDefined();
  await new TokenList(openStateFolder(place.path), { now: () => now, monotonic: () => 0 }).revoke(
    first.stored.id,
  );
  expect(known.find(first.text)).toBeUndefined();
  expect(known.find(second.text)).toBeDefined();
});

it('revokes again without changing when', async () => {
  const { stored } = await list.mint(wish);
  const { revokedAt } = await list.revoke(stored.id);
  now += day;
  expect((await list.revoke(stored.id)).revokedAt).toBe(revokedAt);
});

it.each(['', 'ffffffffffff', '../tokens'])('does not revoke %j, which is nobody', async (id) => {
  await list.mint(wish);
  await expect(list.revoke(id)).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
});

it('knows nobody before the first token, and a token that another process mints at once', async () => {
  expect(known.find(`nxml_${'0'.repeat(12)}_${'A'.repeat(43)}`)).toBeUndefined();
  const { text } = await list.mint(wish);
  expect(known.find(text)).toBeDefined();
});

it('knows no token but the very one', async () => {
  const [{ text }, other] = [await list.mint(wish), await list.mint(wish)];
  const changed = [
    text.slice(0, -1),
    `${text}A`,
    text.toUpperCase(),
    `${text.slice(0, 17)}${text.slice(18)}`,
    text.slice(0, 20) + text.slice(20).toUpperCase(),
    `${text.slice(0, 18)}${other.text.slice(18)}`,
    `${text.slice(0, 17)}-${text.slice(18)}`,
    `nxml_${'f'.repeat(12)}_${text.slice(18)}`,
    `${text}\n`,
    ` ${text}`,
  ];
  for (const each of changed) if (each !== text) expect(known.find(each)).toBeUndefined();
  for (let at = 18; at < text.length; at += 1) {
    const letter = text[at] === 'x' ? 'y' : 'x';
    expect(known.find(text.slice(0, at) + letter + text.slice(at + 1))).toBeUndefined();
  }
});

it('still lists for 90 days what has ended', async () => {
  const { stored } = await list.mint(wish);
  now += 91 * day - 1;
  await list.mint(wish);
  expect(list.all()).toHaveLength(2);
  now += 1;
  await list.mint(wish);
  expect(list.all().map(({ id }) => id)).not.toContain(stored.id);
});

describe('a list that cannot be believed', () => {
  let text: string;
  beforeEach(async () => {
    ({ text } = await list.mint(wish));
    expect(known.find(text)).toBeDefined();
  });

  it.each<[string, () => void]>([
    [
      'is cut',
      () => {
        rewrite((json) => json.slice(0, -20));
      },
    ],
    [
      'is empty',
      () => {
        rewrite(() => '');
      },
    ],
    [
      'is of a newer format',
      () => {
        rewrite((json) => json.replace('"formatVersion": 1', '"formatVersion": 2'));
      },
    ],
    [
      'has a scope that is none',
      () => {
        rewrite((json) => json.replace('pr-7', 'pr-0'));
      },
    ],
    [
      'has a mode that is none',
      () => {
        rewrite((json) => json.replace('read-write', 'admin'));
      },
    ],
    [
      'has no end',
      () => {
        rewrite((json) => json.replace(/ *"expiresAt".*\n/, ''));
      },
    ],
    [
      'has an end that never comes',
      () => {
        rewrite((json) => json.replace(/2026-11-28T[^"]*/, '2026-99-99T12:00:00.000Z'));
      },
    ],
    [
      'says a key twice',
      () => {
        rewrite((json) => json.replace('"mode"', '"mode": "read",\n"mode"'));
      },
    ],
    [
      'says more than it may',
      () => {
        rewrite((json) => json.replace('"mode"', '"admin": true,\n"mode"'));
      },
    ],
    [
      'is readable by all',
      () => {
        chmodSync(place.at('tokens.json'), 0o644);
      },
    ],
    [
      'is a link',
      () => {
        renameSync(place.at('tokens.json'), place.at('real'));
        symlinkSync('real', place.at('tokens.json'));
      },
    ],
  ])('%s: nobody is known, and that is told once', async (_, change) => {
    change();
    expect([known.find(text), known.find(text), known.find(text)]).toEqual([undefined, undefined, undefined]);
    expect(warnings).toEqual([expect.stringMatching(/^No token is believed: .*tokens\.json/)]);
    await expect(list.mint(wish)).rejects.toEqual(damaged);
  });

  it('is believed again once it is mended, and told again when it breaks again', () => {
    const whole = readFileSync(place.at('tokens.json'));
    for (let round = 1; round <= 2; round += 1) {
      writeFileSync(place.at('tokens.json'), '{');
      expect(known.find(text)).toBeUndefined();
      state.replace('tokens.json', whole);
      expect(known.find(text)).toBeDefined();
      expect(warnings).toHaveLength(round);
    }
  });

  it('is no more there: nobody is known', () => {
    renameSync(place.at('tokens.json'), place.at('away'));
    expect(known.find(text)).toBeUndefined();
    renameSync(place.at('away'), place.at('tokens.json'));
    expect(known.find(text)).toBeDefined();
  });
});

it('loses nothing of what several processes mint and revoke at once', async () => {
  const script = `
    const { openStateFolder } = require(${JSON.stringify(require.resolve('../state/index.ts'))});
    const { TokenList } = require(${JSON.stringify(require.resolve('./index.ts'))});
    const list = new TokenList(openStateFolder(${JSON.stringify(place.path)}), { now: () => ${String(now)} });
    (async () => {
      for (let round = 0; round < 8; round += 1) {
        const { stored } = await list.mint({ scope: 'pr-7', mode: 'read', note: 'n', lifetime: 1e6 });
        if (round % 2 === 0) await list.revoke(stored.id);
      }
    })();`;
  const run = (): Promise<unknown> =>
    promisify(execFile)(process.execPath, ['--conditions=@nx-ml/source', '-r', hook, '-e', script], {
      timeout: 50_000,
    });
  await Promise.all([run(), run(), run()]);
  expect(list.all()).toHaveLength(24);
  expect(list.all().filter(({ revokedAt }) => revokedAt !== undefined)).toHaveLength(12);
});
