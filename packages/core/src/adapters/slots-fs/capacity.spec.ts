import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

import { detectCapacity } from './index.js';

describe('detectCapacity', () => {
  let bin: string;

  beforeEach(async () => {
    bin = await mkdtemp(join(tmpdir(), 'smi-'));
  });

  afterEach(async () => {
    await rm(bin, { recursive: true, force: true });
  });

  const smi = async (script: string): Promise<void> => {
    await writeFile(join(bin, 'nvidia-smi'), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, 'nvidia-smi'), 0o755);
  };
  const gpus = async (env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> =>
    (await detectCapacity({ PATH: bin, ...env })).gpus;

  it('takes the GPUs that nvidia-smi lists', async () => {
    await smi('[ "$*" = "--query-gpu=index --format=csv,noheader" ] && printf "0\\n1\\n"');
    expect(await gpus()).toEqual(['0', '1']);
  });

  it('knows no GPU without nvidia-smi, or when it fails', async () => {
    expect(await gpus()).toEqual([]);
    await smi('echo "NVIDIA-SMI has failed"; exit 9');
    expect(await gpus()).toEqual([]);
  });

  it('is told better by NX_ML_GPUS, and by CUDA_VISIBLE_DEVICES', async () => {
    await smi('printf "0\\n1\\n"');
    expect(await gpus({ NX_ML_GPUS: '1, GPU-a,1' })).toEqual(['1', 'GPU-a']);
    expect(await gpus({ NX_ML_GPUS: '', CUDA_VISIBLE_DEVICES: '1' })).toEqual([]);
    expect(await gpus({ CUDA_VISIBLE_DEVICES: '3,GPU-1f' })).toEqual(['3', 'GPU-1f']);
    expect(await gpus({ CUDA_VISIBLE_DEVICES: '0,-1,1' })).toEqual(['0']);
    expect(await gpus({ CUDA_VISIBLE_DEVICES: 'NoDevFiles' })).toEqual([]);
  });

  it.each([
    ['1000', 1000],
    ['2GB', 2e9],
    ['1.5GiB', 1.5 * 2 ** 30],
  ])('takes %s of memory at its word', async (text, bytes) => {
    expect((await detectCapacity({ NX_ML_GPUS: '', NX_ML_MEMORY: text })).memory).toBe(bytes);
  });

  it.each(['', 'much', '-1', '2 parsecs'])('refuses %j as memory', async (text) => {
    await expect(detectCapacity({ NX_ML_GPUS: '', NX_ML_MEMORY: text })).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
    });
  });

  it('otherwise takes what the machine, or its control group, has', async () => {
    const { memory } = await detectCapacity({ NX_ML_GPUS: '' });
    expect(memory).toBeGreaterThan(0);
    expect(memory).toBeLessThanOrEqual(totalmem());
    expect(Number.isSafeInteger(memory)).toBe(true);
  });
});
