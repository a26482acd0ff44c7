import type { Garbage, StoredObject } from '@nx-ml/core/gc';
import type { Digest } from '@nx-ml/core/kernel';
import type { GarbageOutcome, GarbagePlan, GarbageRequest, KeptBy } from '@nx-ml/core/usecases/store';

import { alignColumns } from './columns.js';
import { dayText, keeperClass, neederText, runText } from './kept-by-text.js';
import { countText, sizeText, sizeOf } from './quantities.js';

const dayMs = 86_400_000;
/** How many runs are told before the rest is counted. */
const shown = 20;
const shownKeepers = 3;

type Sized = Pick<StoredObject, 'size'>;
type SizedObject = Pick<StoredObject, 'digest' | 'size'>;

interface GcTextContext {
  readonly root: string;
  readonly request: Pick<GarbageRequest, 'policy' | 'graceMs'>;
}

/** The answer in a line or two. */
export function gcSummaryText(plan: GarbagePlan): string {
  const { due, waiting, leftovers } = plan.sweep;
  if (due.length + waiting.length + leftovers.length === 0) return nothingText(plan);
  const going = [
    ...(due.length > 0 ? [amountText(due.map(objectOf))] : []),
    ...(leftovers.length > 0
      ? [`${countText(leftovers.length, 'file')} in quarantine and tmp, ${bytesText(leftovers)}`]
      : []),
  ];
  const goes = going.length === 0 ? 'Nothing would go now' : `${going.join(', and ')}, would go`;
  return [
    `${goes}.${waitingText(waiting, 'would wait')} Nothing was deleted.\n`,
    'nx-ml store gc --delete does it; nx-ml store gc --plan tells what it is, and what keeps the rest.\n',
  ].join('');
}

export function gcDeletedText({ plan, deleted, leftovers, spared }: GarbageOutcome): string {
  const { waiting } = plan.sweep;
  if (deleted.length + leftovers.length + spared + waiting.length === 0) return nothingText(plan);
  const rest =
    leftovers.length === 0
      ? ''
      : `, and ${countText(leftovers.length, 'file')} of quarantine and tmp, ${bytesText(leftovers)}`;
  const sparedText =
    spared === 0 ? '' : ` ${countText(spared, 'object')} that was to go stayed: something came to need it.`;
  const what = deleted.length === 0 ? 'No object was deleted' : `Deleted ${amountText(deleted)}`;
  return `${what}${rest}.${sparedText}${waitingText(waiting, 'wait')}\n`;
}

/** What goes, what waits, what keeps the rest, and since when. */
export function gcPlanText(plan: GarbagePlan, { root, request }: GcTextContext): string {
  const { due, waiting, leftovers, marks } = plan.sweep;
  const keptObjects = [...plan.objects.values()].filter(({ digest }) => plan.kept.has(digest));
  const { workspaces, repositories, worktrees } = plan.roots;
  const places = `${countText(workspaces.length, 'workspace')}, ${countText(repositories, 'git repository', 'git repositories')}, ${countText(worktrees, 'working tree')}`;
  const rows = [
    ...section(`goes: unneeded for ${daysText(request.graceMs)}`, due.map(objectOf), goneRows(due, plan)),
    ...section(
      `waits: goes ${daysText(request.graceMs)} after it was first found unneeded`,
      waiting.map(objectOf),
      goneRows(waiting, plan),
    ),
    ...section('goes: quarantine and tmp', leftovers, []),
    ...section('kept by', keptObjects, keptRows(plan)),
  ];
  return [
    `${root}: ${amountText([...plan.objects.values()])}, needed by ${places}.\n\n`,
    ...alignColumns(rows).map((line) => `${line}\n`),
    `\nRuns are kept for ${countText(request.policy.keepDays, 'day')}, and the last ${String(request.policy.keepLast)} of each step, and the newest on each branch; data of other tools as long after its last use.\n`,
    `As of ${new Date(marks.at).toISOString()}.\n`,
  ].join('');
}

export function section(
  title: string,
  items: readonly Sized[],
  rows: readonly string[][],
): readonly string[][] {
  return items.length === 0 ? [] : [row(title, items), ...rows];
}

function row(name: string, items: readonly Sized[], note = ''): string[] {
  return [name, countText(items.length, 'object'), bytesText(items), note];
}

function goneRows(garbage: readonly Garbage[], { madeBy }: GarbagePlan): readonly string[][] {
  const gone = garbage.map(({ object, ...rest }) => ({ ...rest, ...object }));
  return makerRows(gone, madeBy, sinceText);
}

/** Unneeded objects by the run that made them, largest first. @param noteOf what else is told of those of one run */
export function makerRows<T extends SizedObject>(
  objects: readonly T[],
  madeBy: ReadonlyMap<Digest, KeptBy>,
  noteOf: (objects: readonly T[]) => string = () => '',
): readonly string[][] {
  const groups = new Map<string, T[]>();
  for (const object of objects) entryOf(groups, makerText(madeBy.get(object.digest)), () => []).push(object);
  const rows = [...groups].sort(([, a], [, b]) => sizeOf(b) - sizeOf(a));
  const rest = rows.slice(shown).flatMap(([, its]) => its);
  const told = rows.slice(0, shown).map(([name, its]) => row(`  ${name}`, its, noteOf(its)));
  return rest.length === 0 ? told : [...told, row(`  ${countText(rows.length - shown, 'more run')}`, rest)];
}

/** What made what nothing needs any more. */
function makerText(maker: KeptBy | undefined): string {
  if (maker?.by === 'run') return runText(maker.run);
  return maker?.by === 'journal'
    ? 'data of other tools that was not used lately'
    : 'no pointer, run or journal names it';
}

function sinceText(garbage: readonly Omit<Garbage, 'object'>[]): string {
  const marked = garbage.filter(({ isMarked }) => isMarked);
  if (marked.length === 0) return 'its wait begins at the first gc --delete';
  return `unneeded since ${dayText(marked.reduce((first, { since }) => Math.min(first, since), Infinity))}`;
}

interface Kept {
  readonly objects: ReadonlyMap<Digest, SizedObject>;
  readonly kept: GarbagePlan['kept'];
}

/** Every object once, by what keeps it first: classes, and of each the keepers that keep most. */
export function keptRows({ objects, kept }: Kept): readonly string[][] {
  const classes = new Map<string, Map<string, Sized[]>>();
  for (const object of objects.values()) {
    const keeper = kept.get(object.digest);
    if (keeper === undefined) continue;
    const its = entryOf(classes, keeperClass(keeper), () => new Map<string, Sized[]>());
    entryOf(its, neederText(keeper), () => []).push(object);
  }
  return [...classes].flatMap(([name, keepers]) => [
    row(`  ${name}`, [...keepers.values()].flat()),
    ...largest(keepers).map(([keeper, its]) => row(`    ${keeper}`, its)),
    ...(keepers.size > shownKeepers
      ? [[`    and ${countText(keepers.size - shownKeepers, 'more', 'more')}`]]
      : []),
  ]);
}

function largest(keepers: ReadonlyMap<string, readonly Sized[]>): [string, readonly Sized[]][] {
  return [...keepers].sort(([, a], [, b]) => sizeOf(b) - sizeOf(a)).slice(0, shownKeepers);
}

function entryOf<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function nothingText({ objects }: GarbagePlan): string {
  return objects.size === 0
    ? 'The store is empty.\n'
    : `Nothing to delete: ${amountText([...objects.values()])}, all of it needed.\n`;
}

function waitingText(waiting: readonly Garbage[], wait: 'wait' | 'would wait'): string {
  if (waiting.length === 0) return '';
  const until = dayText(waiting.reduce((latest, one) => Math.max(latest, one.until), 0));
  const waits = wait === 'wait' && waiting.length === 1 ? 'waits' : wait;
  return ` ${amountText(waiting.map(objectOf))}, ${waits} until ${until}${waiting.length === 1 ? '' : ' at the latest'}.`;
}

function daysText(ms: number): string {
  return countText(Math.round(ms / dayMs), 'day');
}

function objectOf({ object }: Garbage): StoredObject {
  return object;
}

function amountText(items: readonly Sized[]): string {
  return `${countText(items.length, 'object')}, ${bytesText(items)}`;
}

function bytesText(items: readonly Sized[]): string {
  return sizeText(sizeOf(items));
}
