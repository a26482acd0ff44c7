import { shortDigest } from '@nx-ml/core/kernel';
import { champion, championOf } from '@nx-ml/core/registry';
import type { ChampionEntry, RegistryEntry, RegistryState, VersionEntry } from '@nx-ml/core/registry';

import { alignColumns } from './columns.js';
import { agoText, numberText, sizeText } from './quantities.js';

export interface RegistryOfModel {
  readonly model: string;
  readonly state: RegistryState;
}

/** One line a model: what is champion, since when, and what else has a name. */
export function registryTable(models: readonly RegistryOfModel[], now: number): string {
  if (models.length === 0)
    return 'No model of this workspace has a version or a champion. nx run MODEL:promote makes the first.\n';
  const rows = models.map(({ model, state }) => {
    const first = championOf(state);
    return [
      model,
      first === undefined ? 'no champion' : versionText(first.version),
      first === undefined ? '' : shortDigest(first.model.digest),
      first === undefined ? '' : agoText(first.at, now),
      first === undefined ? '' : whyText(first),
      String(state.versions.length),
      aliasesText(state),
    ];
  });
  const head = ['model', 'champion', 'weights', 'since', 'because', 'versions', 'other aliases'];
  return `${alignColumns([head, ...rows]).join('\n')}\n`;
}

/** All of one model, the newest version first. */
export function modelText({ model, state }: RegistryOfModel, now: number): string {
  const first = championOf(state);
  const lines = [
    first === undefined
      ? `${model} has no champion`
      : `${model}  champion ${versionText(first.version)}, model ${shortDigest(first.model.digest)}, ${agoText(first.at, now)}: ${whyText(first)}`,
    '',
    ...versionRows(state, now),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** One version with all that is known of it. */
export function versionDetails(version: VersionEntry, { model, state }: RegistryOfModel): string {
  const names = namesOf(version.version, state);
  const { revision, by } = version;
  const rows = [
    ['bundle', version.manifest],
    ['model', `${version.model.digest}  ${sizeText(version.model.size)}`],
    ['stored as', version.bundle.digest],
    ['registered', `${version.at}${by === undefined ? '' : ` by ${by}`}`],
    [
      'commit',
      revision === undefined
        ? 'not known'
        : `${revision.commit.slice(0, 12)}${revision.dirty ? ' and changes' : ''}`,
    ],
    ...evidenceRows(version.version, state),
    ...Object.entries(version.metrics).map(([name, value]) => [name, numberText(value)]),
  ];
  return `${[`${model}@${String(version.version)}${names === '' ? '' : `  ${names}`}`, '', ...alignColumns(rows, '  ')].join('\n')}\n`;
}

/** What was written, oldest first. */
export function historyText(model: string, entries: readonly RegistryEntry[]): string {
  if (entries.length === 0)
    return `Nothing was written about ${model} yet. nx run ${model}:promote writes the first.\n`;
  const rows = entries.map((entry, at) => [
    String(at),
    entry.at.slice(0, 19).replace('T', ' '),
    ...entryCells(entry),
    entry.by ?? '',
    entry.revision?.commit.slice(0, 7) ?? '',
    'reason' in entry ? (entry.reason ?? '') : '',
  ]);
  return `${alignColumns(rows).join('\n')}\n`;
}

function entryCells(entry: RegistryEntry): readonly string[] {
  switch (entry.type) {
    case 'version':
      return [`version ${String(entry.version)}`, shortDigest(entry.manifest), ''];
    case 'champion':
      return [`${champion} → ${versionText(entry.version)}`, shortDigest(entry.model.digest), entry.because];
    case 'alias':
      return [`${entry.alias} → ${entry.version === null ? 'nothing' : versionText(entry.version)}`, '', ''];
  }
}

function versionRows(state: RegistryState, now: number): readonly string[] {
  const rows = [...state.versions].reverse().map((version) => versionRow(version, state, now));
  const head = ['', 'bundle', 'model', 'registered', 'commit', 'aliases'];
  return rows.length === 0 ? [] : alignColumns([head, ...rows], '  ');
}

function versionRow(version: VersionEntry, state: RegistryState, now: number): readonly string[] {
  return [
    versionText(version.version),
    shortDigest(version.manifest),
    sizeText(version.model.size),
    agoText(version.at, now),
    version.revision?.commit.slice(0, 7) ?? '',
    namesOf(version.version, state),
  ];
}

function evidenceRows(version: number, { champions }: RegistryState): readonly (readonly string[])[] {
  const last = champions.findLast((each) => each.version === version);
  if (last === undefined) return [];
  return [[last === champions.at(-1) ? 'champion since' : 'was champion', `${last.at}: ${whyText(last)}`]];
}

function versionText(version: number | undefined): string {
  return version === undefined ? 'not packaged' : `v${String(version)}`;
}

function whyText({ because, by, reason }: ChampionEntry): string {
  switch (because) {
    case 'pass':
      return 'it passed its gate';
    case 'override':
      return `let through by ${by ?? ''}: ${reason ?? ''}`;
    case 'rollback':
      return `gone back to by ${by ?? ''}: ${reason ?? ''}`;
  }
}

function aliasesText({ aliases }: RegistryState): string {
  return [...aliases]
    .filter(([name]) => name !== champion)
    .map(([name, version]) => `${name} ${versionText(version)}`)
    .join(', ');
}

function namesOf(version: number, { aliases }: RegistryState): string {
  return [...aliases]
    .filter(([, each]) => each === version)
    .map(([name]) => name)
    .join(', ');
}
