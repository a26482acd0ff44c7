import type { Digest } from '@nx-ml/core/kernel';
import type { RemoteGarbagePlan } from '@nx-ml/core/usecases/remote';

import { alignColumns } from './columns.js';
import { keepers } from './gc-json.js';
import { keptRows, makerRows, section } from './gc-text.js';
import { dayText, neederText } from './kept-by-text.js';
import { countText, sizeText, sizeOf } from './quantities.js';
import { shownName } from './shown-name.js';
import { clause } from './space-text.js';

/** How many users, and how much damage, are told before the rest is counted. */
const shown = 20;

interface SizedObject {
  readonly digest: Digest;
  readonly size: number;
}

/** The answer in a few lines. */
export function gcRemoteSummaryText(plan: RemoteGarbagePlan): string {
  return [
    `${headline(plan)}\n${unneededText(plan)}\n`,
    ...caveats(plan),
    'nx-ml store gc --remote --plan tells what it is, and what needs the rest.\n',
  ].join('');
}

/** What nothing that is known here needs, what stays with what is needed, and what needs the rest. */
export function gcRemotePlanText(plan: RemoteGarbagePlan): string {
  const free = unneededObjects(plan);
  const kept = [...plan.objects.values()].filter(({ digest }) => plan.kept.has(digest));
  const rows = [
    ...section('nothing known here needs', free, makerRows(free, plan.madeBy)),
    ...section('needed by', kept, [...keptRows(plan)]),
  ];
  return [
    `${headline(plan)}\n\n`,
    ...alignColumns(rows).map((line) => `${line}\n`),
    `\n${unneededText(plan)}\n`,
    ...caveats(plan),
    `As of ${new Date(plan.at).toISOString()}.\n`,
  ].join('');
}

export function gcRemoteJson(plan: RemoteGarbagePlan): object {
  const { place, at, content, sweep, unfinished, objects, kept, users, damaged, problems } = plan;
  return {
    formatVersion: 1,
    remote: place,
    at: new Date(at).toISOString(),
    files: content.blobs,
    bytes: content.bytes,
    objects: objects.size,
    unneeded: {
      objects: unneededObjects(plan).map(({ digest, size }) => ({
        digest,
        bytes: size,
        ...madeByJson(digest, plan),
      })),
      files: sweep.unneeded.map(({ name, size }) => ({ name, bytes: size })),
    },
    neededInPart: sweep.mixed.map(({ pack, unneeded }) => ({
      name: pack.name,
      bytes: pack.size,
      unneededBytes: sizeOf(unneeded),
    })),
    sources: sweep.sources.map(({ name, size }) => ({ name, bytes: size })),
    unfinished: unfinished.map(({ name, size }) => ({ name, bytes: size })),
    keeps: keepers(objects, kept),
    users: users.map((user) => ({ ...user, at: new Date(user.at).toISOString() })),
    damaged,
    problems: problems.map(({ message }) => clause(message)),
  };
}

function madeByJson(digest: Digest, { madeBy }: RemoteGarbagePlan): object {
  const maker = madeBy.get(digest);
  return maker === undefined ? {} : { madeBy: neederText(maker) };
}

function headline({ place, objects, content, roots }: RemoteGarbagePlan): string {
  const { workspaces, repositories } = roots;
  const by = `${countText(workspaces.length, 'workspace')} and ${countText(repositories, 'git repository', 'git repositories')}`;
  return `${place}: ${countText(objects.size, 'object')} in ${countText(content.blobs, 'file')} of ${sizeText(content.bytes)}, looked at with ${by} of this machine.`;
}

/** In files, since those are what takes the space there. */
function unneededText({ sweep, unfinished }: RemoteGarbagePlan): string {
  const { unneeded, mixed, sources } = sweep;
  const inPart = mixed.reduce((sum, one) => sum + sizeOf(one.unneeded), 0);
  const parts = [
    unneeded.length === 0
      ? 'Of no file there it is known that nothing needs it'
      : `${countText(unneeded.length, 'file')} of ${sizeText(sizeOf(unneeded))} ${unneeded.length === 1 ? 'holds' : 'hold'} nothing that is known to be needed`,
    ...(mixed.length === 0
      ? []
      : [
          `${sizeText(inPart)} more ${mixed.length === 1 ? 'lies in a pack' : `lie in ${countText(mixed.length, 'pack')}`} of which something is needed`,
        ]),
    ...(sources.length === 0
      ? []
      : [
          `${countText(sources.length, 'object')} of ${sizeText(sizeOf(sources))} ${sources.length === 1 ? 'stays as a part' : 'stay as parts'} of others that travel in chunks`,
        ]),
    ...(unfinished.length === 0
      ? []
      : [
          `${countText(unfinished.length, 'pack')} of ${sizeText(sizeOf(unfinished))} ${unfinished.length === 1 ? 'was' : 'were'} never finished`,
        ]),
  ];
  return `${parts.join('; ')}.`;
}

/** Whatever makes it unsafe to delete by this. */
function caveats({ users, roots, damaged, problems }: RemoteGarbagePlan): readonly string[] {
  const here = new Set(roots.workspaces.map(({ host, path }) => `${host}\0${path}`));
  const others = users.filter(({ host, path }) => !here.has(`${host}\0${path}`));
  const more = others.length - shown;
  return [
    '\nNothing was deleted, and nothing can be: whoever only reads there leaves no word, and what another workspace alone needs is\n',
    'not seen from here. docs/design/gc.md tells what a deletion would take.\n',
    ...(others.length === 0
      ? []
      : [`These pushed there as well, and what they alone need counts as unneeded above:\n`]),
    ...others
      .slice(0, shown)
      .map(({ host, path, at }) => `  ${shownName(`${host}:${path}`)}  last on ${timeText(at)}\n`),
    ...(more > 0 ? [`  and ${countText(more, 'more', 'more')}\n`] : []),
    ...damaged.slice(0, shown).map(({ name, why }) => `Damaged: ${shownName(name)}: ${shownName(why)}\n`),
    ...problems.map(({ message }) => `Not told of all: ${clause(message)}\n`),
  ];
}

/** What another machine says of its time need not be one. */
function timeText(at: number): string {
  return Math.abs(at) < 8.64e15 ? dayText(at) : 'a day that nobody can tell';
}

function unneededObjects({ objects, kept }: RemoteGarbagePlan): readonly SizedObject[] {
  return [...objects.values()].filter(({ digest }) => !kept.has(digest));
}
