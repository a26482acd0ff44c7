import type { RemoteDamage, RemoteVerifyReport } from '@nx-ml/core/usecases/remote';

import { countText, sizeText } from './quantities.js';

/** How much damage is told before the rest is counted; --json has all of it. */
const shown = 20;

/** What lies at a remote, and what of it is not what it promises. */
export function verifyRemoteText(report: RemoteVerifyReport): string {
  const { place, isThere, damaged } = report;
  if (!isThere) return `Nothing was pushed to ${place} yet.\n`;
  const more = damaged.length - shown;
  return [
    headline(report),
    ...damaged.slice(0, shown).map((damage) => damageText(damage, report)),
    ...(more > 0 ? [`\nand ${countText(more, 'more', 'more')}: --json names them\n`] : []),
    ...mendText(report),
    ...restText(report),
  ].join('');
}

export function verifyRemoteJson({ lost, damaged, ...report }: RemoteVerifyReport): object {
  return {
    formatVersion: 1,
    ...report,
    damaged: damaged.map(({ objects, ...damage }) => ({
      ...damage,
      objects,
      lost: objects.filter((digest) => lost.has(digest)),
    })),
  };
}

function headline({ place, isDeep, blobs, bytes, objects, damaged }: RemoteVerifyReport): string {
  const whole = `${place} holds ${countText(objects, 'object')} in ${countText(blobs, 'file')} of ${sizeText(bytes)}`;
  if (damaged.length > 0) return `${whole}; ${damaged.length.toLocaleString('en-US')} are damaged:\n`;
  return isDeep
    ? `${whole}: every byte is as it should be.\n`
    : `${whole}: names, sizes and indexes are as they should be. --deep reads every byte as well.\n`;
}

function damageText({ name, why, objects }: RemoteDamage, { lost }: RemoteVerifyReport): string {
  const gone = objects.filter((digest) => lost.has(digest)).length;
  const what =
    objects.length === 0
      ? ''
      : gone === 0
        ? '\n  Whatever it holds lies elsewhere there too.'
        : `\n  ${countText(gone, 'object')} cannot be had from there for it.`;
  return `\n${name}\n  ${why}${what}\n`;
}

function mendText({ damaged }: RemoteVerifyReport): readonly string[] {
  if (damaged.length === 0) return [];
  return [
    '\nWhere the data still is: nx-ml data push --again, and nx-ml store push --again for results. What is damaged is passed\n',
    'over by whoever reads, and can be removed at the remote then.\n',
  ];
}

function restText({ unfinished, foreign }: RemoteVerifyReport): readonly string[] {
  const { blobs, bytes } = unfinished;
  return [
    ...(blobs === 0
      ? []
      : [
          `\n${countText(blobs, 'pack')} of ${sizeText(bytes)} are without an index: a push was interrupted, or is on its way.\n`,
        ]),
    ...(foreign.length === 0
      ? []
      : [
          `\n${countText(foreign.length, 'name')} there ${foreign.length === 1 ? 'is' : 'are'} not of nx-ml: ${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ' …' : ''}\n`,
        ]),
  ];
}
