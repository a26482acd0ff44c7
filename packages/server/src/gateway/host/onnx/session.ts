import type * as Ort from 'onnxruntime-node';
import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-node';

import { fromHalf, toHalf } from './half.js';
import type { ModelTensor, Run, RunAnswer, RunResult, ThreadTask, Wire } from './messages.js';
import { onnxTypes } from './onnx-types.js';
import { hasRows, splitRows } from './rows.js';

type Runtime = typeof Ort;

/** A session as the gateway needs it; it runs in a thread of its own. */
export class Session {
  private constructor(
    private readonly runtime: Runtime,
    private readonly session: InferenceSession,
    private readonly task: ThreadTask,
  ) {}

  static async open(runtime: Runtime, task: ThreadTask): Promise<Session> {
    const session = await runtime.InferenceSession.create(task.file, {
      intraOpNumThreads: task.threads,
      interOpNumThreads: 1,
      extra: { session: { intra_op: { allow_spinning: task.spin ? '1' : '0' } } },
      // What goes wrong is thrown, and told in one line where it belongs.
      logSeverityLevel: 4,
    });
    return new Session(runtime, session, task);
  }

  get inputs(): ModelTensor[] {
    return this.session.inputMetadata.map(modelTensor);
  }

  get outputs(): ModelTensor[] {
    return this.session.outputMetadata.map(modelTensor);
  }

  /**
   * A run of several requests that fails is tried again one by one, so that one of them harms no other; so is one of a model that gives
   * other rows than it took.
   */
  async answer(run: Run): Promise<RunAnswer> {
    const result = await this.run(run);
    if (run.rows.length < 2 || (!('failed' in result) && hasRows(result.outputs, run.rows))) return result;
    const parts = splitRows(run.inputs, run.rows);
    const each: RunResult[] = [];
    for (const inputs of parts) each.push(await this.run({ ...run, inputs }));
    return { each };
  }

  private async run({ inputs, outputs }: Pick<Run, 'inputs' | 'outputs'>): Promise<RunResult> {
    const feeds: Record<string, Tensor> = {};
    for (const [at, { name, datatype }] of this.task.inputs.entries()) {
      const wire = inputs[at];
      if (wire !== undefined) feeds[name] = this.tensorOf(onnxTypes[datatype], wire);
    }
    try {
      const names = outputs ?? this.task.outputs.map(({ name }) => name);
      const given = await this.session.run(feeds, names);
      return { outputs: names.map((name) => wireOf(given[name] as TypedTensor<Tensor.Type>)) };
    } catch (error) {
      return { failed: error instanceof Error ? error.message : String(error) };
    }
  }

  private tensorOf(type: Tensor.Type, { dims, data }: Wire): Tensor {
    const { Tensor: OrtTensor } = this.runtime;
    const elements = type === 'float16' ? Uint16Array.from(data as Float32Array, toHalf) : data;
    return new OrtTensor(type, elements as Tensor.DataType, [...dims]);
  }
}

/** Newer versions of Node have a type of their own for halves, which reads as numbers. */
function wireOf({ type, dims, data }: TypedTensor<Tensor.Type>): Wire {
  if (type !== 'float16') return { dims, data: data };
  return {
    dims,
    data: data instanceof Uint16Array ? Float32Array.from(data, fromHalf) : Float32Array.from(data as never),
  };
}

function modelTensor(value: InferenceSession.ValueMetadata): ModelTensor {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: undefined, shape: [] };
}
