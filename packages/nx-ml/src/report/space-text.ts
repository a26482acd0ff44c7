import type { Amount } from '@nx-ml/core/store';
import type { SpaceUsed, SpaceUser } from '@nx-ml/core/usecases/store';

import { alignColumns } from './columns.js';
import { countText, sizeText } from './quantities.js';

/** What takes the space of a store, largest first; the whole last. */
export function spaceText(used: SpaceUsed, limit: number): string {
  const { users, total, shared, unreachable, quarantine, temporary, problems } = used;
  if (total.objects === 0) return 'The store is empty.\n';
  const rest = users.slice(limit);
  const rows = [
    ['', '', 'needs', 'it alone', ''],
    ...users.slice(0, limit).map(userRow),
    ...(rest.length === 0 ? [] : [['', `and ${countText(rest.length, 'more', 'more')}`, '', '', '']]),
    ...amountRow('needed by several', shared),
    ...amountRow('needed by nothing', unreachable, 'nx-ml store gc --plan'),
    ...amountRow('quarantine', quarantine),
    ...amountRow('tmp', temporary),
    ['', 'in all', sizeText(total.bytes), '', countText(total.objects, 'object')],
  ];
  const lines = alignColumns(rows).map((line) => `${line}\n`);
  return [...lines, ...problems.map(({ message }) => `\nNot told of all: ${clause(message)}\n`)].join('');
}

export function spaceJson({ problems, ...used }: SpaceUsed): object {
  return { formatVersion: 1, ...used, problems: problems.map(({ message }) => clause(message)) };
}

function userRow({ kind, name, bytes, own, objects }: SpaceUser): string[] {
  return [kind, name, sizeText(bytes), sizeText(own), countText(objects, 'object')];
}

function amountRow(name: string, { objects, bytes }: Amount, mend = ''): readonly string[][] {
  if (objects === 0) return [];
  const count = countText(objects, 'object');
  return [['', name, sizeText(bytes), '', mend === '' ? count : `${count}; ${mend}`]];
}

/** What gc says of a root that it cannot read, without what it says of itself. */
export function clause(message: string): string {
  return message.replace('Nothing was deleted, for ', '');
}
