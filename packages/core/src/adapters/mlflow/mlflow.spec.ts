import { digestOf } from '../../kernel/index.js';
import { failureOf } from '../../kernel/testing/failure-of.js';
import { registryState } from '../../registry/index.js';
import type { RegistryEntry } from '../../registry/index.js';
import { championEntry, versionEntry } from '../../registry/testing/registry-entries.js';
import { publishVersion } from '../../usecases/registry/index.js';
import { mlflowAddress, openMlflow } from './index.js';
import { FakeMlflow } from './testing/fake-mlflow.js';

const secret = 'a-token-that-is-never-told';
const at = '2026-01-01T00:00:00.000Z';
const alias = (name: string, version: number): RegistryEntry => ({
  ...{ formatVersion: 1, type: 'alias', at },
  ...{ alias: name, version },
});
const promoted = [versionEntry(1, 'a'), championEntry('a', { version: 1 })];
const twice = [...promoted, versionEntry(2, 'b'), championEntry('b', { version: 2 }), alias('staging', 1)];

let fake: FakeMlflow;
let address: string;

async function start(kind: 'mlflow' | 'gitlab'): Promise<void> {
  fake = new FakeMlflow(kind);
  address = `mlflow:${await fake.start()}`;
}
afterEach(async () => {
  expect(fake.faults).toEqual([]);
  await fake.stop();
});

interface Asked {
  readonly entries?: readonly RegistryEntry[];
  readonly version?: number | string;
  readonly name?: string;
  readonly source?: string;
  readonly dryRun?: boolean;
  readonly workspaceId?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

function publish({
  entries = promoted,
  variables = { MLFLOW_TRACKING_TOKEN: secret },
  ...asked
}: Asked = {}) {
  const patience = { retries: 3, firstDelay: 1, idle: 5000 };
  const catalogue = openMlflow(mlflowAddress(address), { variables, patience });
  const request = { project: 'm', workspaceId: '@acme/mails', version: 'champion', name: 'spam', ...asked };
  return publishVersion(request, { state: registryState(entries), catalogue });
}

const metricsOf = (run = 0) => fake.runs[run]?.data.metrics.map(({ key, value }) => [key, value]);

describe.each(['mlflow', 'gitlab'] as const)('Publishing to %s', (kind) => {
  beforeEach(() => start(kind));

  it('lists a version with metrics and marks, and has nothing to do the second time', async () => {
    const dry = await publish({ dryRun: true });
    expect(fake.written).toEqual([]);
    const first = await publish();
    expect(first.changes).toEqual(dry.changes);
    expect(first.changes.slice(0, 3)).toEqual(['model', 'version', 'metrics']);
    const tags = Object.fromEntries((fake.versions[0]?.tags ?? []).map(({ key, value }) => [key, value]));
    expect(tags).toMatchObject({
      'nx-ml.owner': '%40acme%2Fmails/m',
      'nx-ml.version': '1',
      'nx-ml.manifest': digestOf('manifest of a'),
      'nx-ml.model': digestOf('a'),
    });
    expect(metricsOf()).toEqual([['accuracy', 0.9]]);
    const writes = fake.written.length;
    expect(await publish()).toMatchObject({ changes: [], listed: first.listed });
    expect(fake.written).toHaveLength(writes);
  });

  it('goes on where it was broken off, wherever that was, and leaves nothing twice', async () => {
    await publish();
    const requests = fake.seen.length;
    await fake.stop();
    for (let broken = 0; broken < requests; broken += 1) {
      await start(kind);
      // Without patience: whoever was killed comes back as another process.
      const down = { status: 403, json: { error_code: 'PERMISSION_DENIED' } };
      const before = Array.from({ length: broken }, () => 'none' as const);
      fake.failures.push(...before, 'lost', down);
      await expect(publish()).rejects.toMatchObject({ code: 'ERR_ML_CATALOGUE_REFUSED' });
      await publish();
      expect([fake.versions.length, fake.runs.length, metricsOf()]).toEqual([1, 1, [['accuracy', 0.9]]]);
      expect(fake.faults).toEqual([]);
      if (broken < requests - 1) await fake.stop();
    }
  });

  it('tries again what may pass, and does not write twice what an answer was lost for', async () => {
    fake.failures.push('reset', { status: 503, text: 'a gateway' }, 'lost');
    await publish();
    fake.failures.push({ status: 429, json: {} });
    expect((await publish()).changes).toEqual([]);
    expect(fake.versions).toHaveLength(1);
  });

  it('leaves alone what is somebody else’s', async () => {
    fake.models.set('spam', { tags: [], aliases: new Map() });
    await expect(publish()).rejects.toMatchObject({
      code: 'ERR_ML_CATALOGUE_TAKEN',
      message: expect.stringContaining('"spam" that nx-ml did not publish') as string,
    });
    fake.models.clear();
    await publish();
    const other = { workspaceId: 'another' };
    await expect(publish(other)).rejects.toMatchObject({
      code: 'ERR_ML_CATALOGUE_TAKEN',
      message: expect.stringContaining('of %40acme%2Fmails/m; this one is another/m') as string,
    });
    expect(fake.versions).toHaveLength(1);
  });

  it('sends its token with each request and shows it nowhere', async () => {
    const echo = { status: 401, json: { error_code: 'UNAUTHENTICATED', message: `no: ${secret}` } };
    fake.failures.push(echo);
    const failure = (await publish().catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ code: 'ERR_ML_CATALOGUE_REFUSED' });
    expect(JSON.stringify(failure) + failure.message + String(failure.stack)).not.toContain(secret);
    await publish({ variables: { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'x' } });
    const basic = `Basic ${Buffer.from('ada:x').toString('base64')}`;
    expect(new Set(fake.seen.map(({ authorization }) => authorization))).toEqual(new Set([basic]));
  });

  it.each<[string, Parameters<FakeMlflow['failures']['push']>[0]]>([
    ['a page', { status: 200, text: '<html>' }],
    ['a list', { status: 200, json: [] }],
    ['a redirection', { status: 302, headers: { location: 'http://127.0.0.1:9/' } }],
    ['a 404 of no such API', { status: 404, text: 'not here' }],
    ['an answer without end', { status: 200, text: ' '.repeat(17 * 1024 * 1024) }],
    ['an id that is a path', { status: 200, json: { registered_model: { aliases: 7, tags: [{ key: 1 }] } } }],
  ])('refuses %s, and writes nothing', async (_, answer) => {
    fake.failures.push(answer);
    await expect(publish()).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_ML_CATALOGUE_/) as string,
    });
    expect(fake.written).toEqual([]);
  });

  it('gives metrics names that it takes, all of many', async () => {
    const names = Array.from({ length: 1203 }, (_, index) => `f1 lang=${String(index)}`);
    const metrics = Object.fromEntries(names.map((name, index) => [name, index]));
    await publish({ entries: [{ ...versionEntry(1, 'a'), metrics }], version: 1 });
    expect(metricsOf()).toHaveLength(1203);
    expect(metricsOf()?.[7]).toEqual(['f1 lang_7', 7]);
    expect((await publish({ entries: [{ ...versionEntry(1, 'a'), metrics }], version: 1 })).changes).toEqual(
      [],
    );
  });

  it('refuses a name that would be part of a filter', async () => {
    await expect(publish({ name: "x' or name='y" })).rejects.toMatchObject({
      code: 'ERR_ML_CATALOGUE_REFUSED',
    });
    expect(fake.seen).toEqual([]);
  });
});

describe('MLflow', () => {
  beforeEach(() => start('mlflow'));

  it('lets names stand for versions as they do here, and moves them', async () => {
    expect((await publish()).changes.at(-1)).toBe('alias champion');
    expect((await publish({ entries: twice })).changes).toEqual(['version', 'metrics', 'alias champion']);
    expect((await publish({ entries: twice, version: 1 })).changes).toEqual(['alias staging']);
    expect([...(fake.models.get('spam')?.aliases ?? [])]).toEqual([
      ['champion', '2'],
      ['staging', '1'],
    ]);
  });

  it('finds its versions behind those of others, page by page', async () => {
    await publish();
    for (let more = 0; more < 5; more += 1)
      fake.versions.unshift({ name: 'spam', version: String(100 + more), tags: [] });
    expect((await publish()).changes).toEqual([]);
  });

  it('leaves a name alone that stands for somebody else’s version', async () => {
    await publish();
    fake.versions.push({ name: 'spam', version: '77', tags: [] });
    fake.models.get('spam')?.aliases.set('champion', '77');
    await expect(publish()).rejects.toMatchObject({
      code: 'ERR_ML_CATALOGUE_TAKEN',
      message: expect.stringContaining('"champion" of spam stands for version 77') as string,
    });
  });

  it('tells where the bundle can be had, which does not change', async () => {
    const source = 'oci://registry.example.org/models/spam@sha256:aa';
    await publish({ source });
    expect(fake.versions[0]?.source).toBe(source);
    expect((await publish()).changes).toEqual([]);
    await expect(publish({ source: 'oci://elsewhere.example.org/spam' })).rejects.toMatchObject({
      code: 'ERR_ML_CATALOGUE_TAKEN',
    });
  });

  it('says what it refuses, and adds nothing to a run that somebody deleted', async () => {
    const entries = [...promoted, alias('latest', 1)];
    await expect(publish({ entries })).rejects.toMatchObject({
      message: expect.stringContaining("'latest' is reserved") as string,
    });
    for (const { info, data } of fake.runs) {
      info.lifecycle_stage = 'deleted';
      data.metrics.length = 0;
    }
    expect((await publish()).changes).toEqual([]);
  });
});

describe('GitLab', () => {
  beforeEach(() => start('gitlab'));

  it('says which names it cannot take', async () => {
    expect(await publish()).toMatchObject({
      leftOut: ['champion'],
      changes: ['model', 'version', 'metrics'],
    });
  });

  it('knows its own by the description where tags are not kept', async () => {
    fake.keepsTags = false;
    await publish();
    expect((await publish()).changes).toEqual([]);
  });

  it('knows its own where newer ones call its number an alias', async () => {
    fake.findsBy = 'alias';
    await publish();
    expect((await publish()).changes).toEqual([]);
  });

  it('leaves a version of that number alone that is another’s', async () => {
    await publish();
    const [version] = fake.versions;
    if (version !== undefined) Object.assign(version, { tags: [], description: 'mine' });
    await expect(publish()).rejects.toMatchObject({ code: 'ERR_ML_CATALOGUE_TAKEN' });
  });
});

describe('mlflowAddress', () => {
  beforeEach(() => start('mlflow'));

  it.each([
    ['mlflow:https://mlflow.example.org/', { base: 'https://mlflow.example.org', kind: 'mlflow' }],
    ['mlflow:http://127.0.0.1:5000', { base: 'http://127.0.0.1:5000', kind: 'mlflow' }],
    ['mlflow:http://[::1]:5000/x/', { base: 'http://[::1]:5000/x', kind: 'mlflow' }],
    [
      'mlflow:https://gitlab.example.org/api/v4/projects/a%2Fb/ml/mlflow',
      { base: 'https://gitlab.example.org/api/v4/projects/a%2Fb/ml/mlflow', kind: 'gitlab' },
    ],
  ])('reads %s', (text, expected) => {
    expect(mlflowAddress(text)).toEqual(expected);
  });

  it.each([
    'https://mlflow.example.org',
    'mlflow:',
    'mlflow:file:///x',
    'mlflow:http://mlflow.example.org',
    'mlflow:http://127.example.org',
    'mlflow:https://ada:secret@mlflow.example.org',
    'mlflow:https://mlflow.example.org/?token=secret',
  ])('refuses %s without repeating a secret', (text) => {
    const failure = failureOf(() => mlflowAddress(text));
    expect(failure.code).toBe('ERR_ML_USAGE');
    expect(`${failure.message}${failure.fix}`).not.toContain('secret');
  });

  it.each([{ MLFLOW_TRACKING_USERNAME: 'ada' }, { MLFLOW_TRACKING_TOKEN: 'two lines\nof it' }])(
    'refuses credentials that cannot be sent',
    (variables) => {
      expect(failureOf(() => openMlflow(mlflowAddress(address), { variables })).code).toBe('ERR_ML_USAGE');
    },
  );
});
