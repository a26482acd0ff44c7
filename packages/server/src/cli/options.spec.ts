import { Options } from './options.js';
import { fakeIo } from './testing/fake-io.js';

const names = {
  help: 'nx-ml-server x [options]\nmore',
  texts: ['mode', 'storage'],
  switches: ['json'],
  operands: 1,
};
const env = {
  NX_ML_SERVER_STATE: '/var/lib/a',
  NX_ML_SERVER_STORAGE: 's3://bucket/cache',
  NX_ML_SERVER_MODE: 'read',
  NX_ML_SERVER_JSON: '1',
};
const given = (args: readonly string[], env: Record<string, string> = {}): Options =>
  new Options(args, fakeIo({ cwd: '/srv', env }), names);
const usage = expect.objectContaining({
  code: 'ERR_ML_USAGE',
  fix: 'Usage: nx-ml-server x [options]',
}) as Error;

it.each([
  [['--nope']],
  [['--mode']],
  [['--json=1']],
  [['--mode', 'read', '--mode', 'read-write']],
  [['--json', '--json']],
  [['one', 'two']],
])('refuse %j', (args) => {
  expect(() => given(args)).toThrow(usage);
});

it('are what was typed, and nothing else', () => {
  const options = given(['one', '--mode', 'write', '--json']);
  expect([options.text('mode'), options.has('json'), options.operands]).toEqual(['write', true, ['one']]);
  const none = given([], env);
  expect([none.text('mode'), none.has('json'), none.operands]).toEqual([undefined, false, []]);
});

it('are settings, where variables count behind what was typed', () => {
  const options = given([], env);
  expect([options.setting('mode'), options.isSet('json')]).toEqual(['read', true]);
  expect(given(['--mode', 'write'], env).setting('mode')).toBe('write');
  expect(given(['--mode', ''], env).setting('mode')).toBeUndefined();
  expect(given([], { NX_ML_SERVER_JSON: 'yes' }).isSet('json')).toBe(false);
});

it('name the places, from where they were typed, and there are no defaults', () => {
  expect(given(['--state', 'b'], env).state()).toBe('/srv/b');
  expect([given([], env).state(), given([], env).storage()]).toEqual(['/var/lib/a', 's3://bucket/cache']);
  expect(given(['--storage', 'c'], env).storage()).toBe('/srv/c');
  for (const none of [given([]), given(['--state', '', '--storage', ''], env)]) {
    expect(() => none.state()).toThrow(usage);
    expect(() => none.storage()).toThrow(usage);
  }
});
