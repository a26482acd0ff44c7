import { shortDigest } from '@nx-ml/core/kernel';
import type { ImportedData } from '@nx-ml/core/usecases/import';

import { changesSummary } from './data-changes-text.js';
import { countText, sizeText } from './quantities.js';

/** What an import brought, or an update changed: a line for the pointer, and one for what else was written. */
export function importText({ pointer, ref, before, changes, source, config }: ImportedData): string {
  const size = `${sizeText(ref.size)}${ref.kind === 'tree' ? ` in ${countText(ref.files, 'file')}` : ''}`;
  const digest = shortDigest(ref.digest);
  const from =
    'url' in source ? source.url : `${source.repository} ${source.revision.slice(0, 12)} ${source.path}`;
  const what = changes === undefined || changes.length === 0 ? '' : `  ${changesSummary(changes)}`;
  const state =
    before === undefined
      ? digest
      : before.digest === ref.digest
        ? `unchanged  ${digest}`
        : `${shortDigest(before.digest)} → ${digest}${what}`;
  const lines = [
    `${pointer}  ${size}  ${state}`,
    `  from ${from}`,
    ...(config === undefined ? [] : [`  ${config} is new: say there what the data is`]),
  ];
  return `${lines.join('\n')}\n`;
}

export function importJson({ pointer, ref, before, changes, source, config }: ImportedData): object {
  const { digest, size, files } = ref;
  return { pointer, digest, size, files, source, before: before?.digest, changes, config };
}
