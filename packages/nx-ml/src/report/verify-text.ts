import { basename, dirname, join } from 'node:path';

import { shortDigest } from '@nx-ml/core/kernel';
import type { DamagedObject, KeptBy, MissingObject, VerifyReport } from '@nx-ml/core/usecases/store';

import { neederText } from './kept-by-text.js';
import { countText, sizeText } from './quantities.js';
import { clause } from './space-text.js';

/** How many needers of one object are told before the rest is counted. */
const shown = 5;

export function verifyText({ checked, damaged, missing, brokenJournals, problems }: VerifyReport): string {
  const whole = `${countText(checked.objects, 'object')}, ${sizeText(checked.bytes)}`;
  if (damaged.length + brokenJournals.length === 0)
    return `${whole}: every byte is as it should be.\n${missingText(missing)}`;
  return [
    headline(damaged, checked),
    missingText(missing),
    ...damaged.map((object) => damageText(object, damaged)),
    ...brokenJournals.map(({ message, fix }) => `\n${message}\n  ${fix}\n`),
    ...problems.map(({ message }) => `\nNot told of all: ${clause(message)}\n`),
  ].join('');
}

export function verifyJson({ checked, damaged, missing, brokenJournals, problems }: VerifyReport): object {
  return {
    formatVersion: 1,
    checked,
    damaged: damaged.map(({ digest, size, neededBy, mendedFrom }) => ({
      digest,
      bytes: size,
      neededBy: neederTexts(neededBy),
      mends: mendsOf(neededBy),
      mended: mendedFrom !== undefined,
      from: mendedFrom ?? null,
    })),
    missing: missing.map(({ digest, neededBy, mendedFrom }) => ({
      digest,
      neededBy: neederTexts([neededBy]),
      mends: mendsOf([neededBy]),
      mended: mendedFrom !== undefined,
      from: mendedFrom ?? null,
    })),
    brokenJournals: brokenJournals.map(({ message, fix }) => ({ message, fix })),
    problems: problems.map(({ message }) => clause(message)),
  };
}

/** Files and folders that may still have the bytes: what the pointers stand for, in the worktrees that have them. */
export function copyPlaces(neededBy: readonly KeptBy[]): readonly string[] {
  const places = neededBy.flatMap((kept) => {
    if (kept.by !== 'pointer') return [];
    const { repository } = kept.place;
    const top = basename(repository) === '.git' ? dirname(repository) : repository;
    return [join(top, kept.path.replace(/\.ref\.json$/, ''))];
  });
  return [...new Set(places)];
}

function headline(damaged: readonly DamagedObject[], { objects, bytes }: VerifyReport['checked']): string {
  const whole = `${countText(objects, 'object')}, ${sizeText(bytes)}`;
  const [now, before] = [damaged.filter(isFoundNow), damaged.filter((object) => !isFoundNow(object))];
  const mended = damaged.filter(({ mendedFrom }) => mendedFrom !== undefined).length;
  const parts = [
    now.length === 0
      ? `${whole}: every byte is as it should be`
      : `${now.length.toLocaleString('en-US')} of ${whole}, ${now.length === 1 ? 'is' : 'are'} damaged and went to quarantine`,
    ...(before.length === 0
      ? []
      : [
          `${countText(before.length, 'object')} in quarantine ${before.length === 1 ? 'is' : 'are'} still needed`,
        ]),
    ...(mended === 0 ? [] : [`${String(mended)} put back`]),
  ];
  return `${parts.join('; ')}.\n`;
}

/** What a workspace needs and was not there: from where it came, and what came from nowhere. */
function missingText(missing: readonly MissingObject[]): string {
  const counts = new Map<string, number>();
  for (const { mendedFrom } of missing)
    if (mendedFrom !== undefined) counts.set(mendedFrom, (counts.get(mendedFrom) ?? 0) + 1);
  const gone = missing.filter(({ mendedFrom }) => mendedFrom === undefined);
  return [
    ...[...counts].map(
      ([from, count]) =>
        `${countText(count, 'object')} that this workspace needs ${count === 1 ? 'was' : 'were'} not here, and came from ${from}.\n`,
    ),
    ...(gone.length === 0
      ? []
      : [
          `${countText(gone.length, 'object')} that this workspace needs ${gone.length === 1 ? 'is' : 'are'} nowhere that was asked:\n`,
        ]),
    ...gone.slice(0, shown).map(missingLines),
    ...(gone.length > shown ? [`  and ${countText(gone.length - shown, 'more', 'more')}\n`] : []),
  ].join('');
}

function missingLines({ digest, neededBy }: MissingObject): string {
  const mends = mendsOf([neededBy]).map((mend) => `    ${mend}\n`);
  return `  ${shortDigest(digest)}  needed by ${neederTexts([neededBy]).join(', ')}\n${mends.join('')}`;
}

function isFoundNow({ found }: DamagedObject): boolean {
  return found === 'now';
}

function damageText(
  { digest, size, neededBy, mendedFrom }: DamagedObject,
  all: readonly DamagedObject[],
): string {
  const head = `\n${shortDigest(digest)}  ${sizeText(size)}${mendedFrom === undefined ? '' : `  put back from ${mendedFrom}`}\n`;
  if (neededBy.length === 0) {
    // A list of files that is damaged does not tell its files.
    const others = all.some((other) => other.neededBy.length > 0 && other.mendedFrom === undefined);
    return `${head}  Nothing that can be read needs it${others ? '; if one of the others is a list of files, that may' : ''}.\n`;
  }
  const needers = neederTexts(neededBy);
  const more = needers.length - shown;
  return [
    head,
    ...needers.slice(0, shown).map((needer) => `  needed by ${needer}\n`),
    ...(more > 0 ? [`  and ${countText(more, 'more', 'more')}\n`] : []),
    ...(mendedFrom !== undefined ? [] : mendsOf(neededBy).map((mend) => `  ${mend}\n`)),
  ].join('');
}

/** A pointer that is in a file, the index and a commit is told once, as what is nearest at hand. */
function neederTexts(neededBy: readonly KeptBy[]): readonly string[] {
  const texts = new Map<string, string>();
  for (const kept of neededBy) {
    const repository = kept.by === 'pointer' ? kept.place.repository.replace(/\/\.git$/, '') : '';
    texts.set(kept.by === 'pointer' ? `${repository}/${kept.path}` : neederText(kept), neederText(kept));
  }
  return [...texts.values()];
}

/** Commands that bring the object back, the surest first. */
function mendsOf(neededBy: readonly KeptBy[]): readonly string[] {
  const data = neededBy.flatMap((kept) =>
    kept.by === 'pointer' ? [kept.path.replace(/\.ref\.json$/, '')] : [],
  );
  const steps = neededBy.flatMap((kept) => {
    if (kept.by !== 'run' || kept.run.record === undefined) return [];
    return [`${kept.run.record.project}:${kept.run.record.step}`];
  });
  return [
    ...[...new Set(data)].map(
      (path) => `nx-ml data add ${path}, where its files still are, or nx-ml data pull ${path}`,
    ),
    ...[...new Set(steps)].map(
      (step) => `nx run ${step} --skip-nx-cache makes it again, where it is current`,
    ),
  ];
}
