import { shortDigest } from '@nx-ml/core/kernel';
import type { Digest, JsonValue } from '@nx-ml/core/kernel';
import type { DataChange } from '@nx-ml/core/usecases/data';
import type { ExplainedChange, FileOrigin } from '@nx-ml/core/usecases/explain';

import { sizeIfKnown } from './data-changes-text.js';
import { countText, rowsText } from './quantities.js';

type PlainChange = Exclude<ExplainedChange, { what: 'code' | 'data' | 'model' | 'param' | 'command' }>;

interface Sides {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Most rows of one kind; the JSON has them all. */
const shown = 10;

/** Changes as rows of four cells: what, its name, how it changed, who changed it. */
export function changeRows(changes: readonly ExplainedChange[]): readonly (readonly string[])[] {
  const kinds = [...new Set(changes.map(({ what }) => what))];
  return kinds.flatMap((kind) => {
    const same = changes.filter(({ what }) => what === kind);
    const rows = same.slice(0, shown).map(changeRow);
    const more = same.length - rows.length;
    return more > 0 ? [...rows, ['', `and ${countText(more, 'more', 'more')}`]] : rows;
  });
}

function changeRow(change: ExplainedChange): readonly string[] {
  const origin = originText(change.origin);
  if (change.what === 'code') {
    const how = change.change === 'renamed' ? `renamed from ${change.from}` : change.change;
    return ['code', change.path, how, origin];
  }
  if ('project' in change) {
    const news = [filesText(change.files), origin].filter((text) => text !== '');
    return [change.what, inputName(change), digests(change), news.join('  ')];
  }
  if (change.what === 'param')
    return ['param', change.name, arrow(change.before, change.after, paramText), origin];
  if (change.what === 'command') return ['command', '', arrow(change.before, change.after, String), origin];
  return environmentRow(change);
}

function environmentRow({ what, name, before, after }: PlainChange): readonly string[] {
  if (what === 'package') return ['package', name, packageText({ before, after })];
  if (what === 'variable') return ['variable', name, arrow(before, after, String, 'not set')];
  return [what === 'interpreter' ? name : what, '', arrow(before, after, String)];
}

function inputName({ name, project }: { readonly name: string; readonly project: string }): string {
  return name === project || name === 'model' ? name : `${name} (${project})`;
}

function digests({ before, after }: { readonly before?: Digest; readonly after?: Digest }): string {
  if (before === undefined) return 'new';
  return after === undefined ? 'no longer read' : `${shortest(before)} → ${shortest(after)}`;
}

function shortest(digest: Digest): string {
  return shortDigest(digest).slice(0, 8);
}

function arrow<T>(
  before: T | undefined,
  after: T | undefined,
  text: (value: T) => string,
  absent = 'absent',
): string {
  const side = (value: T | undefined): string => (value === undefined ? absent : text(value));
  return `${side(before)} → ${side(after)}`;
}

function paramText(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Versions stand before an integrity hash, which tells two tarballs of one version apart. */
function packageText({ before, after }: Sides): string {
  const version = (text: string): string => text.split(' ', 1)[0] ?? text;
  if (before !== undefined && after !== undefined && version(before) === version(after))
    return `${version(after)}, of another integrity`;
  return arrow(before, after, version, 'not used');
}

/** The biggest news of a dataset in a few words; then how many files besides. */
function filesText(files: readonly DataChange[] | undefined): string {
  if (files === undefined) return '';
  const told = files.slice(0, 3).map(fileText);
  const more = files.length - told.length;
  return [...told, ...(more > 0 ? [countText(more, 'more file')] : [])].join(', ');
}

function fileText(file: DataChange): string {
  if (file.change === 'renamed') return `${file.from} renamed to ${file.path}`;
  if (file.change !== 'edited') return `${file.path} ${file.change}`;
  if (file.rows !== undefined) return `${file.path} ${rowsText(file.rows)}`;
  const [before, after] = file.size;
  return `${file.path} ${sizeIfKnown(before)} → ${sizeIfKnown(after)}`;
}

function originText(origin: FileOrigin | undefined): string {
  if (origin === undefined) return '';
  if (origin.state === 'uncommitted') return 'not committed';
  const subject = origin.subject.length > 50 ? `${origin.subject.slice(0, 47)}...` : origin.subject;
  return `${origin.commit.slice(0, 7)} "${subject}"`;
}
