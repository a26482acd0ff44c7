import type { MlError } from '@nx-ml/core/kernel';
import { stepId } from '@nx-ml/core/layout';
import type { PlannedStep, RemoteResult } from '@nx-ml/core/usecases/plan';

import { countText, groupedText, sizeText } from './quantities.js';

/** How a remote answered whoever only asks. */
export interface RemoteAnswer {
  /** undefined: the workspace has none. */
  readonly place: string | undefined;
  /** Why it gave no answer. */
  readonly failure: MlError | undefined;
}

export function remoteAnswer(asked: {
  readonly place: string | undefined;
  readonly failure: () => MlError | undefined;
}): RemoteAnswer {
  return { place: asked.place, failure: asked.failure() };
}

export function remoteJson({ place, failure }: RemoteAnswer): object | null {
  if (place === undefined) return null;
  return {
    place,
    failure:
      failure === undefined ? null : { code: failure.code, message: failure.message, fix: failure.fix },
  };
}

/** Where bytes were looked for that are not here: `the store, and this workspace has no remote`. */
export function nowhereText({ place, failure }: RemoteAnswer): string {
  if (place === undefined) return 'not in the store, and this workspace has no remote';
  if (failure !== undefined) return 'not in the store, and the remote gave no answer';
  return `neither in the store nor at ${place}`;
}

/** The same after `no longer in the store`. */
export function norThereText({ place, failure }: RemoteAnswer): string {
  if (place === undefined) return '';
  return failure === undefined ? `, nor at ${place}` : ', and the remote gave no answer';
}

/** Told whenever an answer of the remote is missing, for what it has then counts as lost. */
export function failureLines({ failure }: RemoteAnswer): readonly string[] {
  if (failure === undefined) return [];
  return ['', `What only the remote has counts as not there: ${failure.message}.`, `  ${failure.fix}`];
}

/** `3 files of 1.2 GB come from s3://models when something reads them`. */
export function comesText({ files, bytes }: RemoteResult, { place }: RemoteAnswer): string {
  const come = files === 1 ? 'comes' : 'come';
  const them = files === 1 ? 'it' : 'them';
  return `${countText(files, 'file')} of ${sizeText(bytes)} ${come} from ${place ?? 'the remote'} when something reads ${them}`;
}

const shown = 5;

/** What a plan says of results that the remote alone has. */
export function remoteLines(planned: readonly PlannedStep[], answer: RemoteAnswer): readonly string[] {
  const afar = planned.flatMap(({ ref, remote }) =>
    remote === undefined ? [] : [{ id: stepId(ref), remote }],
  );
  if (afar.length === 0) return [];
  const sum = (of: (remote: RemoteResult) => number): number =>
    afar.reduce((total, { remote }) => total + of(remote), 0);
  const all = { files: sum(({ files }) => files), bytes: sum(({ bytes }) => bytes) };
  const more = afar.length > shown ? ` and ${groupedText(afar.length - shown)} more` : '';
  const names = `${afar
    .slice(0, shown)
    .map(({ id }) => id)
    .join(', ')}${more}`;
  return [
    '',
    `Of ${countText(afar.length, 'result')} the remote alone has bytes: ${names}.`,
    `${comesText(all, answer)}.`,
  ];
}
