import type { InferenceFailure, InferenceRequest, Tensor } from '../../protocol/index.js';
import type { Run } from './messages.js';
import { joinRows } from './rows.js';

interface AskedOptions {
  readonly request: InferenceRequest;
  /** Monotonic milliseconds from which on nobody waits for it. */
  readonly until: number;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (failure: InferenceFailure) => void;
}

/** A request that waits for its answer. It is settled once; what comes later is for nobody. */
export class Asked {
  readonly request: InferenceRequest;
  readonly until: number;
  /** Sizes of the first dimension, where all inputs have the same; else 0, and it is joined to nothing. */
  readonly rows: number;
  /** What is joined has the same: all sizes but the rows, and the outputs that are asked for. */
  readonly key: string;
  isSettled = false;

  constructor(private readonly options: AskedOptions) {
    this.request = options.request;
    this.until = options.until;
    const { inputs, outputs } = options.request;
    const rows = inputs[0]?.shape[0] ?? 0;
    let key = outputs?.join('\0') ?? '';
    let isEven = true;
    for (const { shape } of inputs) {
      isEven &&= shape[0] === rows;
      for (let at = 1; at < shape.length; at += 1) key += `,${String(shape[at])}`;
      key += ';';
    }
    this.rows = isEven ? rows : 0;
    this.key = isEven ? key : '';
  }

  resolve(outputs: readonly Tensor[]): void {
    this.isSettled = true;
    this.options.resolve(outputs);
  }

  reject(failure: InferenceFailure): void {
    this.isSettled = true;
    this.options.reject(failure);
  }
}

/** The run that answers several requests, which are joined; or one as it is. */
export function runOf(run: readonly Asked[]): Run {
  const [first] = run;
  if (first === undefined) throw new Error('A run of nobody.');
  const inputs = first.request.inputs.map((_, at) =>
    joinRows(
      run.map(({ request }) => {
        const { shape: dims = [], data = [] } = request.inputs[at] ?? {};
        return { dims, data };
      }),
    ),
  );
  return { inputs, outputs: first.request.outputs, rows: run.map(({ rows }) => rows) };
}
