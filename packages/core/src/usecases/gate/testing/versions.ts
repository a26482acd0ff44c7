import { acceptModel } from '../accept-model.js';
import type { AcceptedModel } from '../accept-model.js';
import type { Override } from '../evidence-for.js';
import type { GateAnswer } from '../gate-answer.js';
import { lookAtCandidate } from '../look-at-candidate.js';
import type { FakeMachine } from '../../testing/fake-machine.js';
import { gatedModel, judged, setVersion } from './gated-model.js';
import type { Examinee } from './gated-model.js';

/** Of 2,000 examples `old` gets 1,600 right, `better` 1,700, `same` as many as old, others by a few. */
export const versions: Examinee = {
  examples: 2000,
  answers: {
    old: (id) => ({ correct: id < 1600 }),
    better: (id) => ({ correct: id < 1700 }),
    same: (id) => ({ correct: id < 1590 || (id >= 1990 && id < 2000) }),
    worse: (id) => ({ correct: id < 1570 }),
    tweaked: (id) => ({ correct: id < 1701 }),
  },
};

export const gate = ' { primary: accuracy, floors: [{ metric: accuracy, min: 0.7 }] }';

export async function accept(machine: FakeMachine, override?: Override): Promise<AcceptedModel> {
  const answer = await lookAtCandidate('m', machine.deps);
  return acceptModel(answer, override, { ...machine.deps, journals: machine.deps.stores.journals });
}

/** `old` is accepted on floors alone. */
export async function withAccepted(shared: Parameters<typeof gatedModel>[2] = {}): Promise<FakeMachine> {
  const machine = gatedModel(versions, gate, shared);
  await judged(machine);
  await accept(machine);
  machine.engine.take();
  return machine;
}

export function ask(machine: FakeMachine, version: string): Promise<GateAnswer> {
  setVersion(machine, version, gate);
  return judged(machine);
}
