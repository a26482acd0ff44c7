import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { FakeMlflow } from '@nx-ml/core/adapters/mlflow/testing';
import { packagedWorkspace, WorkspaceRig } from '@nx-ml/testing';

interface ShownVersion {
  readonly version: number;
  readonly manifest: string;
  readonly bundle: { readonly digest: string };
}

describe('The registry on real Nx', () => {
  let rig: WorkspaceRig;
  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(packagedWorkspace);
    rig.append('.gitignore', '*.tgz\n');
    rig.commitAll('start');
  });
  afterAll(() => rig.dispose());

  const promote = () => rig.nx(['run', 'mail:promote', '--output-style=static']);
  const registry = async (...args: readonly string[]) => {
    const { code, output } = await rig.cli(['registry', ...args]);
    return { code, output };
  };
  const told = async (...args: readonly string[]) => {
    const { code, output } = await registry(...args);
    expect([code, output]).toEqual([0, expect.any(String)]);
    return output;
  };
  const json = async <T>(...args: readonly string[]) => JSON.parse(await told(...args, '--json')) as T;
  const pathOf = (digest: string) => {
    const hex = digest.slice('sha256:'.length);
    return join(rig.home, '.cache/nx-ml/store/objects/sha256', hex.slice(0, 2), hex.slice(2));
  };

  it('says how to start where nothing was promoted', async () => {
    expect(await told('list')).toContain('nx run MODEL:promote makes the first');
    expect(await told('show', 'mail')).toBe('mail has no champion\n');
    expect(await registry('show', 'mail@champion')).toMatchObject({
      code: 1,
      output: expect.stringContaining('mail has no alias "champion"') as string,
    });
    expect(await registry('show', 'mail@')).toMatchObject({ code: 2 });
  });

  it('promotes a first model, and a second that is better', async () => {
    expect((await promote()).output).toMatch(/mail:promote {2}promoted to champion as v1, the first/);
    rig.edit('models/mail/ml.yaml', (text) => text.replace('right: 1600', 'right: 1900'));
    rig.commitAll('more are right');
    const { code, output } = await promote();
    expect([code, output]).toEqual([0, expect.stringContaining('as v2, in the place of v1')]);
    expect((await promote()).output).toContain('v2 is the champion already');
    expect(rig.takeTrace()).toEqual(['evaluate', 'evaluate', 'train', 'train']);
  });

  it('lists, shows and tells the history of what was promoted', async () => {
    expect(await told('alias', 'mail', 'staging', '1')).toContain('"staging" stands for v1');
    expect(await told('list')).toMatch(/^mail +v2 +\w{12} +just now +it passed its gate +2 +staging v1$/m);
    const shown = await told('show', 'mail');
    expect(shown).toMatch(/^mail {2}champion v2, model \w{12}, just now: it passed its gate$/m);
    expect(shown).toMatch(/^ +v2 .* champion\n +v1 .* staging$/m);
    const champion = await json<ShownVersion>('show', 'mail@champion');
    expect(champion.version).toBe(2);
    expect(await told('show', 'mail@champion')).toContain(`bundle          ${champion.manifest}`);
    expect((await told('history', 'mail')).trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^0 .* version 1 /),
      expect.stringMatching(/^1 .* champion → v1 .* pass /),
      expect.stringMatching(/^2 .* version 2 /),
      expect.stringMatching(/^3 .* champion → v2 .* pass /),
      expect.stringMatching(/^4 .* staging → v1$/),
    ]);
  });

  it('finds a damaged byte of a version, names it, and is content when it is mended', async () => {
    expect(await told('verify')).toBe('mail  2 versions, all well\n');
    const path = pathOf((await json<ShownVersion>('show', 'mail@1')).bundle.digest);
    const whole = readFileSync(path);
    chmodSync(path, 0o644);
    writeFileSync(
      path,
      whole.map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
    );
    const { code, output } = await registry('verify');
    expect([code, output]).toEqual([1, expect.stringContaining('mail  1 problem in 2 versions')]);
    expect(output).toMatch(/^ {2}v1 {2}ERR_ML_\w+ /m);
    expect(existsSync(path)).toBe(false); // Nothing may load it any more.
    writeFileSync(path, whole, { mode: 0o444 });
    expect(await told('verify')).toBe('mail  2 versions, all well\n');
  });

  it('publishes the champion where others look, once, and shows its token nowhere', async () => {
    const fake = new FakeMlflow('mlflow');
    const to = `mlflow:${await fake.start()}`;
    const env = { MLFLOW_TRACKING_TOKEN: 'never-told', HTTPS_PROXY: 'http://127.0.0.1:9' };
    const publish = async (...args: readonly string[]) => {
      const { code, output } = await rig.cli(['registry', 'publish', ...args, '--to', to], { env });
      expect(output).not.toContain('never-told');
      return { code, output };
    };
    const dry = await publish('mail', '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      output: expect.stringMatching(
        /^mail@2 {2}would be published at 127.0.0.1:\d+ as mail: model, version, alias champion\n$/,
      ) as string,
    });
    expect(fake.written).toEqual([]);
    expect((await publish('mail')).output).toMatch(/as mail version 1: model, version, alias champion\n$/);
    expect((await publish('mail@champion')).output).toMatch(/^mail@2 {2}is at 127.0.0.1:\d+ already/);
    expect((await publish('mail@staging')).output).toMatch(
      /^mail@1 {2}published .* version, alias staging\n$/,
    );
    const { authorization } = fake.seen.at(-1) ?? {};
    expect([authorization, fake.faults, fake.versions.length]).toEqual(['Bearer never-told', [], 2]);
    fake.models.set('theirs', { tags: [], aliases: new Map() });
    expect(await publish('mail', '--name', 'theirs')).toMatchObject({
      code: 1,
      output: expect.stringContaining('ERR_ML_CATALOGUE_TAKEN') as string,
    });
    await fake.stop();
    expect(await registry('publish', 'mail', '--to', 'mlflow:http://example.org')).toMatchObject({ code: 2 });
  });

  it('goes back, and does not promote again by itself what was gone back from', async () => {
    const back = await told('rollback', 'mail', '--reason', 'it is slow', '--by', 'spec');
    expect(back).toMatch(/^mail {2}v1, model \w{12} is the champion again/);
    expect(await told('list')).toMatch(/^mail +v1 .* gone back to by spec: it is slow /m);
    expect(await told('show', 'mail@2')).toMatch(/^ +was champion +\S+: it passed its gate$/m);
    const { code, output } = await promote();
    expect([code, output]).toEqual([1, expect.stringContaining('ERR_ML_GATE_HELD')]);
    expect(output).toMatch(/spec went back from this very model on \S+: it is slow/);
    expect((await json<ShownVersion>('show', 'mail@champion')).version).toBe(1);
  });

  it('lets it through again on somebody’s word, who stands in the history', async () => {
    const said = ['promote', 'mail', '--override', 'the other one was slow', '--by', 'spec'];
    expect(await told(...said)).toContain('promoted to champion as v2, in the place of v1');
    expect((await told('history', 'mail')).trimEnd().split('\n').at(-1)).toMatch(
      /champion → v2 .* override +spec .* the other one was slow$/,
    );
  });
});
