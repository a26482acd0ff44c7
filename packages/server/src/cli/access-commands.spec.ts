import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryState } from '../access/testing/temporary-state.js';
import type { TemporaryState } from '../access/testing/temporary-state.js';
import { commands } from './commands.js';
import { runServerCli } from './run-server-cli.js';
import { fakeIo } from './testing/fake-io.js';
import type { FakeIo } from './testing/fake-io.js';

const usage = expect.objectContaining({ code: 'ERR_ML_USAGE' }) as Error;
const day = 86_400_000;
let place: TemporaryState;
let now: number;
let io: FakeIo;

beforeEach(() => {
  place = temporaryState();
  now = Date.parse('2026-11-27T12:00:00Z');
});

afterEach(() => {
  place.remove();
});

/** @returns what it wrote */
const told = async (...args: readonly string[]): Promise<string> => {
  io = fakeIo({ env: { NX_ML_SERVER_STATE: place.path }, clock: { now: () => now, monotonic: () => now } });
  expect(await runServerCli(args, io, commands)).toBe(0);
  return io.written();
};

it.each(commands.map(({ name, help }) => [name, help]))(
  '%s has help with its usage first and examples',
  (name, help) => {
    expect(help).toMatch(new RegExp(`^nx-ml-server ${name} .*\\n\\n`));
    expect(help).toContain('\nExamples\n  ');
    expect(help.split('\n').every((line) => line.length <= 130)).toBe(true);
  },
);

describe('token', () => {
  it('is minted, alone on standard output, and said to be shown once', async () => {
    const text = await told(
      'token',
      'mint',
      '--scope',
      'user-ada',
      '--mode',
      'read-write',
      '--expires',
      '30d',
    );
    expect(text).toMatch(/^nxml_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n$/);
    const secret = text.trim().slice(18);
    expect(io.told()).toMatch(/^Token [0-9a-f]{12}: read-write, user-ada, until 2026-12-27 12:00 UTC\./);
    expect(io.told()).not.toContain(secret);
    for (const args of [
      ['token', 'list'],
      ['token', 'list', '--json'],
    ])
      expect(await told(...args)).not.toContain(secret);
    for (const file of readdirSync(place.path, { withFileTypes: true }))
      if (file.isFile()) expect(readFileSync(join(place.path, file.name), 'utf8')).not.toContain(secret);
  });

  it('reads only, and for 90 days, unless asked for otherwise', async () => {
    const minted = JSON.parse(await told('token', 'mint', '--scope', 'protected', '--json')) as object;
    expect(minted).toEqual({
      token: expect.stringMatching(/^nxml_/) as string,
      id: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      scope: 'protected',
      mode: 'read',
      expiresAt: '2027-02-25T12:00:00.000Z',
      note: '',
    });
  });

  it('is listed with its state', async () => {
    expect(await told('token', 'list')).toBe('No tokens. nx-ml-server token mint makes one.\n');
    await told('token', 'mint', '--scope', 'pr-7', '--expires', '12h', '--note', 'short');
    const second = await told('token', 'mint', '--scope', 'protected', '--note', 'long');
    await told('token', 'mint', '--scope', 'user-ada');
    await told('token', 'revoke', second.trim());
    now += day;
    expect((await told('token', 'list')).replaceAll(/[0-9a-f]{12}/g, 'ID')).toBe(
      [
        'id            scope      mode  state               note',
        'ID  pr-7       read  expired 2026-11-28  short',
        'ID  protected  read  revoked 2026-11-27  long',
        'ID  user-ada   read  valid 2027-02-25',
        '',
      ].join('\n'),
    );
    const { tokens } = JSON.parse(await told('token', 'list', '--json')) as { tokens: { state: string }[] };
    expect(tokens.map(({ state }) => state)).toEqual(['expired', 'revoked', 'valid']);
    expect(Object.keys(tokens[0] ?? {})).not.toContain('sha256');
  });

  it.each([
    ['mint'],
    ['mint', '--scope', 'main'],
    ['mint', '--scope', 'PROTECTED'],
    ['mint', '--scope', 'protected', 'pr-7'],
    ['mint', '--scope', 'protected', '--scope', 'pr-7'],
    ['mint', '--scope', 'pr-7', '--mode', 'write'],
    ['mint', '--scope', 'pr-7', '--expires', 'never'],
    ['mint', '--scope', 'pr-7', '--expires', '0d'],
    ['mint', '--scope', 'pr-7', '--expires', '367d'],
    ['mint', '--scope', 'pr-7', '--note', 'a\u001b[2Jb'],
    ['list', 'x'],
    ['revoke'],
    ['revoke', 'ffffffffffff'],
  ])('refuses %j %j %j %j %j', async (...args) => {
    const failure = told('token', ...args);
    await expect(failure).rejects.toThrow();
    expect(['ERR_ML_USAGE', 'ERR_ML_SCOPE_INVALID']).toContain(
      await failure.catch((error: unknown) => (error as { code: string }).code),
    );
    expect(await told('token', 'list', '--json')).toBe('{"tokens":[]}\n');
  });

  it('repeats no secret in an error', async () => {
    const text = (await told('token', 'mint', '--scope', 'pr-7')).trim();
    const failure = told('token', 'revoke', text.replace('nxml', 'nxmk'));
    await expect(failure).rejects.toEqual(usage);
    expect(await failure.catch((error: unknown) => (error as Error).message)).not.toContain(
      text.slice(18, 22),
    );
  });
});

describe('key', () => {
  it('is shown, rotated, and taken off the list when it is known to others', async () => {
    const first = await told('key', 'show');
    expect(first).toMatch(/^ed25519:[A-Za-z0-9+/]{43}=\n$/);
    expect(await told('key', 'show')).toBe(first);
    const both = await told('key', 'rotate');
    expect(both.split('\n').slice(1).join('\n')).toBe(first);
    const { keys } = JSON.parse(await told('key', 'rotate', '--compromised', '--json')) as { keys: object[] };
    expect(keys).toEqual([expect.objectContaining({ inUse: true })]);
    await expect(told('key', 'show', 'x')).rejects.toEqual(usage);
    await expect(told('key', 'rotate', 'x')).rejects.toEqual(usage);
  });
});
