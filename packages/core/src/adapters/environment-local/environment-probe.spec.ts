import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LocalEnvironment } from './environment-probe.js';

describe('LocalEnvironment', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-environment-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const program = (name: string, script: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };

  const path = process.env['PATH'] ?? '';

  it('tells the platform and the node on the PATH', async () => {
    const environment = new LocalEnvironment();
    expect(environment.platform).toBe(`${process.platform}-${process.arch}`);
    expect(await environment.nodeVersion()).toMatch(/^\d+\.\d+\.\d+$/);
    program('node', 'echo 99.0.0');
    expect(await new LocalEnvironment({ PATH: `${folder}:${path}` }).nodeVersion()).toBe('99.0.0');
  });

  it('tells a real Python, its packages and what those need', async () => {
    writeDistribution('needed', '2.0', []);
    writeDistribution('wanted', '1.5', ['needed>=1', 'absent; extra == "dev"']);
    writeDistribution('unused', '1.0', []);
    const python = await new LocalEnvironment({ PATH: path, HOME: folder, PYTHONPATH: folder }).python(
      undefined,
    );
    expect(python.version).toMatch(/^3\.\d+\.\d+/);
    expect(python.packages(['wanted_module'])).toEqual({ wanted: '1.5', needed: '2.0' });
    expect(python.packages(['nowhere'])).toEqual({ nowhere: 'missing' });
    expect(python.packages([])).toEqual({});
  });

  it('NX_ML_PYTHON goes before what is configured', async () => {
    program('mine', 'echo \'{"version":"3.99.0","implementation":"cpython","modules":{},"dists":{}}\'');
    const environment = new LocalEnvironment({ PATH: path, NX_ML_PYTHON: join(folder, 'mine') });
    expect((await environment.python('python3')).version).toBe('3.99.0');
  });

  it('tells a script that starts an interpreter from the interpreter', async () => {
    program('wrapper', 'exec python3 "$@"');
    const real = await new LocalEnvironment({ PATH: path }).python(undefined);
    const wrapped = await new LocalEnvironment({ PATH: path }).python(join(folder, 'wrapper'));
    expect([wrapped.path, wrapped.executable]).toEqual([join(folder, 'wrapper'), real.executable]);
    expect((await new LocalEnvironment({ PATH: path }).python(real.executable)).executable).toBe(
      real.executable,
    );
  });

  it('an interpreter that is not there, or does not answer, is told by name', async () => {
    program('broken', 'exit 3');
    const environment = new LocalEnvironment({ PATH: folder });
    const missing = { code: 'ERR_ML_INTERPRETER_MISSING' };
    await expect(environment.python('python9')).rejects.toMatchObject({
      ...missing,
      message: expect.stringContaining('python9') as string,
    });
    await expect(environment.python('broken')).rejects.toMatchObject(missing);
    await expect(environment.nodeVersion()).rejects.toMatchObject(missing);
  });

  it('names the class of the accelerators once', async () => {
    program('nvidia-smi', 'echo "NVIDIA A100"; echo "NVIDIA A100"');
    expect(await new LocalEnvironment({ PATH: `${folder}:${path}` }).accelerator()).toBe('NVIDIA A100');
    expect(await new LocalEnvironment({ PATH: join(folder, 'nothing') }).accelerator()).toBe('unknown');
  });

  function writeDistribution(name: string, version: string, requires: readonly string[]): void {
    const info = join(folder, `${name}-${version}.dist-info`);
    mkdirSync(info, { recursive: true });
    const lines = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`];
    writeFileSync(
      join(info, 'METADATA'),
      [...lines, ...requires.map((text) => `Requires-Dist: ${text}`), ''].join('\n'),
    );
    writeFileSync(join(info, 'top_level.txt'), `${name}_module\n`);
  }
});
