import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onnxPerceptron } from '../../../../../testing/src/onnx-model.js';

import type { HostOptions } from '../model-host.js';
import { tryOnnx } from './try-onnx.js';
import type { TrialProgram } from './try-onnx.js';

const hook = join(__dirname, '../../../../../core/src/kernel/testing/typescript-hook.cjs');
const fromSource: TrialProgram = {
  file: join(__dirname, 'try-main.ts'),
  nodeArgs: ['--conditions=@nx-ml/source', '-r', hook],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-ml-try-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function options(file: Buffer, { width = 2, start = 30_000 } = {}): HostOptions {
  writeFileSync(join(folder, 'model.onnx'), file);
  const tensor = (name: string) => ({ name, datatype: 'FP32', shape: [-1, 2] }) as const;
  return {
    folder,
    serving: {
      formatVersion: 1,
      name: 'm',
      signature: { inputs: [tensor('x')], outputs: [tensor('y')] },
      runtime: { kind: 'onnx', file: 'model.onnx' },
    },
    limits: { queue: 1, timeout: 1000, start },
    example: {
      inputs: [{ ...tensor('x'), shape: [1, width], data: new Float32Array(width) }],
      body: Buffer.from('{}'),
    },
    log: () => undefined,
  };
}

it('lets a model pass that answers its example', async () => {
  await expect(tryOnnx(options(onnxPerceptron([2, 2])), fromSource)).resolves.toBeUndefined();
});

it.each([
  ['cannot be loaded', options.bind(undefined, Buffer.from('no model')), 'cannot be loaded'],
  ['does not answer', () => options(onnxPerceptron([2, 2]), { width: 3 }), 'does not answer its example'],
  [
    'is not ready in time',
    () => options(onnxPerceptron([2, 2]), { start: 1 }),
    'has not answered within 1 ms',
  ],
])('refuses one that %s', async (_, wanted, why) => {
  await expect(tryOnnx(wanted(), fromSource)).rejects.toMatchObject({
    code: 'ERR_ML_MODEL_LOAD',
    message: expect.stringContaining(why) as string,
  });
});

it('outlives one that crashes the process', async () => {
  const crash = join(folder, 'crash.cjs');
  writeFileSync(crash, `process.once('message', () => process.kill(process.pid, 'SIGSEGV'));`);
  await expect(tryOnnx(options(onnxPerceptron([2, 2])), { file: crash, nodeArgs: [] })).rejects.toThrow(
    'crashed it: SIGSEGV',
  );
});
