import { isMlError, messageOf } from '@nx-ml/core/kernel';
import type { StepManifest } from '@nx-ml/core/manifest';
import type { StepOutcome } from '@nx-ml/core/usecases';

/** Most metrics on one line; the manifest has them all. */
const shownMetrics = 4;

/** What a step's end looks like in a terminal: one line when it went well; what, where and the mend when not. */
export function stepText(id: string, outcome: StepOutcome, elapsedMs: number): string {
  switch (outcome.state) {
    case 'executed':
      return `${id}  ${verb(outcome.manifest.step)} in ${durationText(elapsedMs)}${resultText(outcome.manifest)}\n`;
    case 'restored':
      return `${id}  restored${resultText(outcome.manifest)}\n`;
    case 'skipped':
      return `${id}  skipped: ${outcome.because}\n`;
    case 'failed':
      return errorText(outcome.error);
  }
}

/** An error for people: code and what, the mend, and what else helps. A bug shows its stack. */
export function errorText(error: unknown): string {
  if (!isMlError(error))
    return `${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`;
  const detail = error.detail.map((line) => `    ${line}\n`).join('');
  return `${error.code}  ${error.message}\n${detail}  ${error.fix}\n`;
}

function verb(step: string): string {
  return step === 'train' ? 'trained' : step === 'evaluate' ? 'evaluated' : 'prepared';
}

function resultText(manifest: StepManifest): string {
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

export function durationText(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} m ${String(seconds % 60)} s`;
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} m`;
}

export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Four significant digits, as metrics are read. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
