import type { ProxySummary } from '@nx-ml/core/cache-proxy';

import { countText, groupedText, sizeText } from './quantities.js';

/** What a remote cache did in a run, in one line; and a line for each reason why it was not more. */
export function cacheProxyText({ reads, writes, troubles }: ProxySummary, upstream: string): string {
  const missed = reads.misses + reads.unanswered + reads.refused;
  const parts = [
    `${countText(reads.hits, 'hit')}${reads.hits > 0 ? ` (${sizeText(reads.bytes)})` : ''}`,
    countText(missed, 'miss', 'misses'),
    sentText(writes),
    ...(writes.kept > 0 ? [`${groupedText(writes.kept)} kept for the next start`] : []),
    ...(writes.dropped > 0 ? [`${groupedText(writes.dropped)} dropped`] : []),
  ];
  const reasons = troubles.map(
    ({ why, times }) => `  ${times > 1 ? `${groupedText(times)} x ` : ''}${why}\n`,
  );
  return [
    `remote cache ${upstream}: ${parts.join(', ')}\n`,
    ...(reasons.length > 0 ? [' It did less than it could:\n', ...reasons] : []),
  ].join('');
}

function sentText({ sent, taken, bytes }: ProxySummary['writes']): string {
  const there = taken > 0 ? `, ${countText(taken, 'was', 'were')} there` : '';
  return `${countText(sent, 'entry', 'entries')} sent${sent > 0 ? ` (${sizeText(bytes)})` : ''}${there}`;
}

/** Told before a run that Nx will not ask the proxy in. */
export function otherCachesText(names: readonly string[]): string {
  return `nx-ml cache-proxy: Nx asks ${names.join(' and ')} instead of this proxy. Remove it, or do without the proxy.\n`;
}

export const noCredentialsText =
  'nx-ml cache-proxy: nothing says who this is, so the server will hardly answer. Set NX_ML_TOKEN; docs/guides/cache-proxy.md\n';
