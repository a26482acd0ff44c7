import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';

import { packagedWorkspace, WorkspaceRig } from '@nx-ml/testing';

describe('package on real Nx', () => {
  let rig: WorkspaceRig;
  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(packagedWorkspace);
    rig.append('.gitignore', '*.tgz\n');
    rig.commitAll('start');
  });
  afterAll(() => rig.dispose());

  const pack = (env: Readonly<Record<string, string>> = {}) =>
    rig.nx(['run', 'mail:package', '--output-style=static'], { env });
  const manifest = () => rig.read('.nx-ml/manifests/mail/package.manifest.json');

  it('packages a model that passed its gate, and then knows it', async () => {
    const { code, output } = await pack();
    expect([code, output]).toEqual([0, expect.stringMatching(/mail:package {2}packaged in/)]);
    expect(rig.takeTrace()).toEqual(['evaluate', 'train']);
    // A gate is never a hit of Nx, so that Nx asks for what comes behind it as well.
    expect((await pack()).output).toMatch(/mail:package {2}restored/);
    expect(rig.takeTrace()).toEqual([]);
  });

  it('gives the same bundle after the model was accepted, and in another clone', async () => {
    const before = manifest();
    expect((await rig.cli(['gate', 'accept', 'mail'])).code).toBe(0);
    const { output } = await pack();
    expect(output).toMatch(/mail:package {2}restored/);
    expect(manifest()).toBe(before);
    const clone = join(rig.home, 'clone');
    cpSync(rig.root, clone, { recursive: true, filter: (path) => !/\/\.nx(?:-ml)?(?:\/|$)/.test(path) });
    const there = await rig.nx(['run', 'mail:package', '--output-style=static'], { cwd: clone });
    expect([there.code, there.output]).toEqual([0, expect.stringContaining('mail:package')]);
    expect(rig.takeTrace()).toEqual([]);
  });

  it('packages anew for another text of the card, and trains nothing', async () => {
    const before = manifest();
    rig.edit('models/mail/ml.yaml', (text) => text.replace('A toy.', 'Still a toy.'));
    expect((await pack()).output).toMatch(/mail:package {2}packaged in/);
    expect(rig.takeTrace()).toEqual([]);
    expect(manifest()).not.toBe(before);
    rig.edit('libs/words/words.mjs', (text) => `${text}// another\n`);
    expect((await pack()).output).toMatch(/mail:package {2}packaged in/);
    expect(rig.takeTrace()).toEqual([]);
  });

  it('signs with the key of a file, and notices another key in the same file', async () => {
    const path = join(rig.home, 'bundle.key');
    const env = { NX_ML_SIGNING_KEY_FILE: path };
    mkdirSync(rig.home, { recursive: true });
    const seen = new Set<string>();
    for (let key = 0; key < 2; key += 1) {
      const { privateKey } = generateKeyPairSync('ed25519');
      writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      expect((await pack(env)).output).toMatch(/mail:package {2}packaged in/);
      seen.add(manifest());
    }
    expect(seen.size).toBe(2);
    expect(rig.takeTrace()).toEqual([]);
    const key = (await rig.cli(['package', 'key'], { env })).output.trim();
    expect(key).toMatch(/^ed25519:/);
    const verified = await rig.cli(['package', 'verify', 'mail', '--key', key]);
    expect([verified.code, verified.output]).toEqual([0, expect.stringContaining('signed by')]);
    const folder = join(rig.home, 'bundle');
    expect((await rig.cli(['package', 'export', 'mail', folder])).code).toBe(0);
    const stranger = 'ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
    const refused = await rig.cli(['package', 'verify', folder, '--key', stranger]);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('ERR_ML_BUNDLE_SIGNATURE')]);
  });

  it('refuses an example that the signature does not allow, and says what to mend', async () => {
    rig.edit('models/mail/example.json', (text) => text.replace('"shape": [1]', '"shape": [1, 1]'));
    const { code, output } = await pack();
    expect([code, output]).toEqual([1, expect.stringContaining('ERR_ML_BUNDLE_SERVING')]);
    expect(output).toContain('The example’s "text" has the shape [1, 1]');
    rig.edit('models/mail/example.json', (text) => text.replace('"shape": [1, 1]', '"shape": [1]'));
  });

  it('packages nothing that its gate holds, unless it is asked to leave that out, and says so', async () => {
    rig.edit('models/mail/ml.yaml', (text) => text.replace('right: 1600', 'right: 1540'));
    const { code, output } = await pack();
    expect(code).not.toBe(0);
    expect(output).toContain('FAIL  mail');
    expect(output).not.toMatch(/mail:package {2}(?:packaged|restored)/);
    const alone = () => rig.nx(['run', 'mail:package', '--excludeTaskDependencies', '--output-style=static']);
    const { code: made, output: told } = await alone();
    expect([made, told]).toEqual([0, expect.stringMatching(/mail:package {2}packaged in/)]);
    expect((await alone()).output).toMatch(/mail:package {2}\[(?:local cache|existing outputs)/);
    const target = join(rig.home, 'hub');
    expect((await rig.cli(['package', 'export', 'mail', '--to', 'huggingface', target])).code).toBe(0);
    expect(readFileSync(join(target, 'README.md'), 'utf8')).toContain('**It was not judged**');
  });
});

describe('package on machines that share a remote alone', () => {
  let rig: WorkspaceRig;
  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(packagedWorkspace);
    rig.commitAll('start');
    mkdirSync(join(rig.home, 'remote'));
  });
  afterAll(() => rig.dispose());

  it('brings the package of an accepted model to a machine that has nothing', async () => {
    const machine = (name: string) => ({
      env: { NX_ML_STORE: join(rig.home, name), NX_ML_REMOTE: join(rig.home, 'remote') },
    });
    const pack = (name: string) => rig.nx(['run', 'mail:package', '--output-style=static'], machine(name));
    const manifest = () => rig.read('.nx-ml/manifests/mail/package.manifest.json');
    expect((await pack('one')).output).toMatch(/mail:package {2}packaged in/);
    expect((await rig.cli(['gate', 'accept', 'mail'], machine('one'))).output).toContain('is accepted');
    expect((await rig.cli(['store', 'push'], machine('one'))).code).toBe(0);
    const before = manifest();
    rig.takeTrace();
    rig.remove('.nx-ml');
    rig.forgetNx();
    expect((await pack('two')).output).toMatch(/mail:package {2}restored/);
    expect(rig.takeTrace()).toEqual([]);
    expect(manifest()).toBe(before);
  });
});
