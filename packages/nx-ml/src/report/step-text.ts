import type { StepManifest } from '@nx-ml/core/documents';
import type { TaskOutcome } from '@nx-ml/core/usecases/run';

import { errorText } from './error-text.js';
import { evaluationText } from './evaluation-text.js';
import type * as GateAnswerText from './gate-answer-text.js';
import { promotionText } from './promotion-text.js';
import { durationText, numberText, sizeText } from './quantities.js';

type DoneOutcome = Extract<TaskOutcome, { state: 'executed' | 'restored' }>;

/** Most metrics on one line; the manifest has them all. */
const shownMetrics = 4;

/** What a step's end looks like in a terminal: one line when it went well; what, where and the mend when not. */
export function stepText(id: string, outcome: TaskOutcome, elapsedMs: number): string {
  switch (outcome.state) {
    case 'executed':
      return `${id}  ${verb(outcome.manifest.step)} in ${durationText(elapsedMs)}${resultText(outcome)}`;
    case 'restored':
      return `${id}  restored${resultText(outcome)}`;
    case 'judged':
      return `${id}  ${gateText().answerText(outcome.answer)}`;
    case 'promoted':
      return `${id}  ${promotionText(outcome.plan)}\n`;
    case 'skipped':
      return `${id}  skipped: ${outcome.because}\n`;
    case 'failed':
      return errorText(outcome.error);
  }
}

/** Words for verdicts come with the gate's statistics, and few batches judge. */
function gateText(): typeof GateAnswerText {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it with this file
  return require('./gate-answer-text.js') as typeof GateAnswerText;
}

const verbs = { data: 'prepared', train: 'trained', evaluate: 'evaluated', package: 'packaged' } as const;

function verb(step: StepManifest['step']): string {
  return verbs[step];
}

function resultText({ manifest, report }: DoneOutcome): string {
  return `${manifestText(manifest)}\n${report === undefined ? '' : evaluationText(report)}`;
}

function manifestText(manifest: StepManifest): string {
  const metrics = Object.entries(manifest.metrics)
    .slice(0, shownMetrics)
    .map(
      ([name, { mean, std }]) => `${name} ${numberText(mean)}${std === null ? '' : ` ± ${numberText(std)}`}`,
    );
  const outputs = Object.entries(manifest.runs[0]?.outputs ?? {})
    .filter(([name]) => name !== 'predictions')
    .map(
      ([name, { size, files }]) =>
        `${name} ${sizeText(size)}${files > 1 ? ` in ${String(files)} files` : ''}`,
    );
  const seeds = manifest.runs.length > 1 ? [`${String(manifest.runs.length)} seeds`] : [];
  const parts = [...metrics, ...seeds, ...outputs];
  return parts.length === 0 ? '' : `  ${parts.join('  ')}`;
}
