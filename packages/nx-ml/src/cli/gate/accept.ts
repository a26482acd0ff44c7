import { acceptModel, lookAtCandidate } from '@nx-ml/core/usecases/gate';
import type { AcceptedModel, GateAnswer, Override } from '@nx-ml/core/usecases/gate';
import { shortDigest } from '@nx-ml/core/kernel';

import { sizeText } from '../../report/quantities.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand, CliIo } from '../command.js';
import { withGate } from './at-hand.js';
import type { GateAtHand } from './at-hand.js';

const help = `nx-ml gate accept PROJECT [--json]

Makes the judged model the accepted one, with which later candidates are compared. It must have passed its gate as it is now;
without a pass, nx-ml gate override. Where the workspace has a remote, what it takes to compare goes there.

  --json   one JSON object: {project, model, because, isNew}

Examples
  nx run spam-filter:gate && nx-ml gate accept spam-filter
`;

export const gateAccept: CliCommand = {
  help,
  run: (args, io) => {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    return acceptCommand(positionals, { io, help, json: values['json'] === true });
  },
};

export interface AcceptRequest {
  readonly io: CliIo;
  readonly help: string;
  readonly json: boolean;
  readonly override?: (gate: GateAtHand) => Promise<Override>;
}

/** What accept and override have in common. @returns the exit code */
export async function acceptCommand(
  positionals: readonly string[],
  { io, help: text, json, override }: AcceptRequest,
): Promise<number> {
  const [project] = positionals;
  if (project === undefined || positionals.length > 1) throw usageError('One project is needed', text);
  return withGate({ cwd: io.cwd, names: [project], help: text }, async (gate) => {
    const answer = await lookAtCandidate(project, gate);
    const said = await override?.(gate);
    const accepted = await acceptModel(answer, said, { ...gate, journals: gate.stores.journals });
    io.write(json ? acceptedJson(answer, accepted) : acceptedText(answer, accepted));
    return 0;
  });
}

function acceptedText({ project }: GateAnswer, { entry, isNew }: AcceptedModel): string {
  const model = `model ${shortDigest(entry.model.digest)} (${sizeText(entry.model.size)})`;
  if (!isNew) return `${project}  ${model} is the accepted one already\n`;
  const why =
    entry.because === 'override'
      ? `let through by ${entry.by ?? ''}: ${entry.reason ?? ''}`
      : 'it passed its gate';
  return `${project}  ${model} is accepted: ${why}\n`;
}

function acceptedJson({ project }: GateAnswer, { entry, isNew }: AcceptedModel): string {
  const { model, because, by, reason } = entry;
  return `${JSON.stringify({ project, model: model.digest, because, by, reason, isNew })}\n`;
}
