import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const core = (name) => require(`../../../packages/core/dist/${name}/index.js`);
const { GatewayTarget } = core('adapters/target-gateway');
const { MemoryJournal } = core('adapters/store-memory');
const { releaseId } = core('deploy');
const { applyDeploy } = core('usecases/deploy');
const { bundleFiles, GatewayProcess } = require('../../../packages/testing/dist/service/index.js');
const { onnxModel } = require('../../../packages/testing/dist/onnx-model.js');

const place = { service: 'bench', environment: 'bench' };

/** The defaults of ml.yaml; `steps` and the rest as each benchmark says. */
export const defaults = {
  steps: [0.05, 0.25, 0.5],
  guardrails: [{ name: 'errors', worse: 1, clear: 1.4, tolerated: 0.001 }],
  alpha: 0.05,
  least: 100,
  most: 1_000_000,
};

/** A real gateway as a process, and the use case of `nx-ml deploy` as its controller, with a journal in memory. */
export class RollOuts {
  #gateway;
  #target;
  #journals = new MemoryJournal();
  #folder = mkdtempSync(join(tmpdir(), 'nx-ml-bench-'));
  #looks = 0;

  async open() {
    const state = join(this.#folder, 'state');
    mkdirSync(state, { mode: 0o700 });
    this.#gateway = new GatewayProcess({ state });
    await this.#gateway.start();
    const { admin: url, token } = this.#gateway;
    this.#target = new GatewayTarget({ url, token }, place.service);
    return this;
  }

  get url() {
    return `${this.#gateway.url}/v2/models/m/infer`;
  }

  get folder() {
    return this.#folder;
  }

  /**
   * A release whose model answers x in [0, 1): NaN, which is an error, where x is below `rate`. Whoever asks with uniform numbers of chance so
   * injects failures at that rate, each independent of all others.
   */
  release(name, rate) {
    const { digest, files } = bundleFiles({
      name,
      runtime: { kind: 'onnx', file: 'model/m.onnx', batch: { maxRows: 64, maxDelay: 0 } },
      files: { 'model/m.onnx': rootAbove(rate), 'code/name': Buffer.from(name) },
      example: [0.99],
    });
    const folder = join(this.#folder, randomUUID());
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const release = { formatVersion: 1, service: place.service, models: { m: digest }, config: {} };
    return { id: releaseId(release), release, folders: { m: folder } };
  }

  /**
   * Rolls it out. @param canary rules @param pause what passes between two looks @returns the result, with the number of looks
   */
  async deploy({ release, folders }, { canary, pause, strategy = 'canary' }) {
    this.#looks = 0;
    const resolved = { release, bundles: { m: ref }, versions: { m: 1 } };
    const shadow = { share: 1, differences: 0.05, alpha: 0.05, most: 1000 };
    const policy = { strategy, canary, shadow, patience: 3_600_000, lease: 60 };
    const request = { place, resolved, policy, by: 'bench', again: 'bench' };
    const result = await applyDeploy(request, this.#deps(folders, pause));
    return { ...result, looks: this.#looks };
  }

  #deps(folders, pause) {
    return {
      journals: this.#journals,
      workspaceId: 'bench',
      target: this.#target,
      bundles: { open: async () => ({ folders, close: async () => undefined }) },
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      pause: (milliseconds) => {
        this.#looks += 1;
        return pause(milliseconds);
      },
      holder: { mark: 'bench', hasEnded: () => true },
      owed: { read: async () => [], write: async () => undefined },
      revision: async () => undefined,
      emit: () => undefined,
    };
  }

  async close() {
    await this.#gateway.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const ref = { kind: 'tree', digest: `sha256:${'0'.repeat(64)}`, size: 1, files: 1 };

/** y = sqrt(x - rate). */
function rootAbove(rate) {
  return onnxModel({
    nodes: [
      { op: 'MatMul', inputs: ['x', 'one'], outputs: ['value'] },
      { op: 'Sub', inputs: ['value', 'rate'], outputs: ['above'] },
      { op: 'Sqrt', inputs: ['above'], outputs: ['y'] },
    ],
    weights: [
      { name: 'one', shape: [1], data: Float32Array.of(1) },
      { name: 'rate', shape: [1], data: Float32Array.of(rate) },
    ],
    inputs: [{ name: 'x', type: 'FLOAT', shape: ['rows', 1] }],
    outputs: [{ name: 'y', type: 'FLOAT', shape: ['rows'] }],
  });
}
