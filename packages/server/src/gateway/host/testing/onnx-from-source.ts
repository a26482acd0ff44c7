import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { BatchRules, ModelSignature, Serving } from '@nx-ml/core/bundle';

import type { InferenceRequest } from '../../protocol/index.js';
import type { HostLimits, ModelHost } from '../model-host.js';
import { openOnnxHost } from '../onnx/index.js';
import type { ThreadProgram } from '../onnx/index.js';

const hook = join(__dirname, '../../../../../core/src/kernel/testing/typescript-hook.cjs');

/** The thread of a model, without a build. */
const threadFromSource: ThreadProgram = {
  file: join(__dirname, '../onnx/thread-main.ts'),
  nodeArgs: ['--conditions=@nx-ml/source', '-r', hook],
};

export interface OnnxCase {
  readonly file: Buffer;
  readonly signature: ModelSignature;
  readonly batch?: BatchRules | undefined;
  readonly limits?: Partial<HostLimits>;
  /** Without one the model answers in its thread alone. */
  readonly example?: InferenceRequest;
}

const noExample: InferenceRequest = { inputs: [], body: Buffer.from('{}') };

/** A bundle's folder with one ONNX model, and its host. */
export class OnnxRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'nx-ml-onnx-'));

  open({ file, signature, batch, limits, example = noExample }: OnnxCase): Promise<ModelHost> {
    mkdirSync(join(this.folder, 'model'), { recursive: true });
    writeFileSync(join(this.folder, 'model', 'model.onnx'), file);
    const serving: Serving = {
      formatVersion: 1,
      name: 'table',
      signature,
      runtime: { kind: 'onnx', file: 'model/model.onnx', ...(batch === undefined ? {} : { batch }) },
    };
    const all = { queue: 1000, timeout: 30_000, start: 30_000, ...limits };
    const log = (): void => undefined;
    return openOnnxHost({ folder: this.folder, serving, limits: all, log, example }, threadFromSource);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
