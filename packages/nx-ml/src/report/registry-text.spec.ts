import { digestOf } from '@nx-ml/core/kernel';
import { registryState } from '@nx-ml/core/registry';
import type { RegistryEntry } from '@nx-ml/core/registry';

import { historyText, modelText, registryTable, versionDetails } from './registry-text.js';

const at = '2026-11-20T12:00:00.000Z';
const now = Date.parse('2026-11-22T12:00:00.000Z');
const file = (text: string) => ({ kind: 'file', digest: digestOf(text), size: 3_400_000, files: 1 }) as const;
const revision = { commit: '8d02ab1c'.padEnd(40, '0'), dirty: false };
const head = { formatVersion: 1, at, revision } as const;

const version = (number: number, model: string): RegistryEntry => ({
  ...{ ...head, type: 'version', version: number },
  ...{ bundle: file(`bundle ${model}`), manifest: digestOf(`manifest ${model}`), model: file(model) },
  metrics: { 'validation.accuracy': 0.973 },
});

const champion = (number: number, model: string, more: object = {}): RegistryEntry => ({
  ...{ ...head, type: 'champion', version: number, model: file(model) },
  ...{ seed: 1, params: {}, predictions: file('answers'), testSet: digestOf('t'), metrics: {} },
  ...{ question: digestOf('q'), because: 'pass' },
  ...more,
});

const entries: readonly RegistryEntry[] = [
  version(1, 'a'),
  champion(1, 'a'),
  version(2, 'b'),
  champion(2, 'b'),
  { ...head, type: 'alias', alias: 'staging', version: 2 },
  champion(1, 'a', { because: 'rollback', by: 'ada', reason: 'slow' }),
];
const shown = { model: 'spam-filter', state: registryState(entries) };
const short = (text: string): string => digestOf(text).slice('sha256:'.length, 'sha256:'.length + 4);

it('lists models with their champions', () => {
  const text = registryTable([shown, { model: 'digits', state: registryState([version(1, 'd')]) }], now);
  expect(text).toMatch(/spam-filter +v1 +\S+ +2 days ago +gone back to by ada: slow +2 +staging v2/);
  expect(text).toMatch(/digits +no champion +1$/m);
  expect(registryTable([], now)).toContain('nx run MODEL:promote');
});

it('shows a model, the newest version first', () => {
  const text = modelText(shown, now);
  expect(text).toContain('spam-filter  champion v1, model');
  expect(text.indexOf('v2 ')).toBeLessThan(text.indexOf('v1  '));
  expect(text).toMatch(/v2 .* staging$/m);
});

it('tells all of a version', () => {
  const [one] = shown.state.versions;
  if (one === undefined) throw new Error('a version is expected');
  const text = versionDetails(one, shown);
  expect(text).toContain('spam-filter@1  champion');
  expect(text).toMatch(/commit +8d02ab1c0000$/m);
  expect(text).toMatch(/validation.accuracy +0.973/);
  expect(text).toContain(digestOf('manifest a'));
  expect(text).toMatch(/champion since +\S+: gone back to by ada: slow$/m);
});

it('does not call champion what was gone back from', () => {
  const [, two] = shown.state.versions;
  if (two === undefined) throw new Error('a second version is expected');
  expect(versionDetails(two, shown)).toMatch(/was champion +\S+: it passed its gate$/m);
});

it('tells the history in its order, with reasons', () => {
  const lines = historyText('spam-filter', entries).trimEnd().split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[0]).toMatch(/^0 +2026-11-20 12:00:00 +version 1/);
  expect(lines[4]).toContain('staging → v2');
  expect(lines[5]).toMatch(/champion → v1 .*rollback +ada +8d02ab1 +slow$/);
  expect(lines[5]).toContain(short('a'));
});
