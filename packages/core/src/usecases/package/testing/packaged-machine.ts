import { chain, gatedModel } from '../../gate/testing/gated-model.js';
import type { MlTask } from '../../run/task-work.js';
import type { FakeMachine } from '../../testing/fake-machine.js';
import { task } from '../../testing/small-workspace.js';

/** All steps of `m`, its package behind its gate. */
export const packageTasks: readonly MlTask[] = [...chain, task('m', 'package', ['m:gate'])];
/** Without asking the gate. */
export const unjudged: readonly MlTask[] = [...chain.slice(0, 4), task('m', 'package', ['m:evaluate'])];
const onnx = '{ onnx: version }';

interface PackagedOptions {
  readonly serve?: string;
  readonly example?: string;
  readonly more?: string;
  readonly gate?: string;
  readonly version?: string;
}

const goodExample = '{ inputs: [{ name: x, datatype: FP32, shape: [1, 2], data: [1, 2] }] }';

export function describePackagedModel(machine: FakeMachine, options: PackagedOptions = {}): void {
  const {
    serve = onnx,
    example = goodExample,
    more = '',
    gate = ' { primary: accuracy, floors: [{ metric: accuracy, min: 0.5 }] }',
  } = options;
  const signature =
    '{ inputs: [{ name: x, datatype: FP32, shape: [-1, 2] }], outputs: [{ name: y, datatype: FP32, shape: [-1] }] }';
  machine.write({
    'models/m/ml.yaml': `kind: model\ndata: [clean]\nparams: { version: ${options.version ?? 'old'} }\ntrain: { command: node train.mjs }\nevaluate: { command: node evaluate.mjs, metrics: optional }\ngate:${gate}\npackage:\n  serve: ${serve}\n  signature: ${signature}\n  example: ${example}\n${more}`,
  });
}

export function packagedMachine(options: PackagedOptions = {}): FakeMachine {
  const right = (index: number) => ({
    label: 'a',
    prediction: index % 10 === 0 ? 'b' : 'a',
    correct: index % 10 !== 0,
  });
  const machine = gatedModel(
    { answers: { old: right, bad: () => ({ correct: false }) }, examples: 200 },
    ' accuracy',
  );
  machine.write({ 'models/m/train.mjs': '// trains\n', 'models/m/evaluate.mjs': '// evaluates\n' });
  describePackagedModel(machine, options);
  return machine;
}
