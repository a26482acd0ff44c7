import type { FastifyPluginCallback } from 'fastify';

import { hoursPicture, meterPicture } from './pictures.js';
import type { StatusReport } from './status-report.js';
import { style } from './style.js';
import { table } from './table.js';
import { agoText, countText, durationText, hoursText, sizeText, text, timeText } from './texts.js';

/** Nothing on the page runs, and nothing comes from elsewhere. */
const policy =
  "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** `GET /`: how the cache does, for people. It holds no token, no subject and no whole hash. */
export function statusPage(report: () => StatusReport): FastifyPluginCallback {
  return (app, _, done) => {
    const config = { right: 'public' } as const;
    app.get('/', { config }, (_request, reply) =>
      reply
        .headers({
          'content-security-policy': policy,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-store',
        })
        .type('text/html; charset=utf-8')
        .send(pageOf(report())),
    );
    app.get('/status.css', { config }, (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('x-content-type-options', 'nosniff').send(style),
    );
    done();
  };
}

function pageOf(report: StatusReport): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="60"><title>nx-ml cache server</title><link rel="stylesheet" href="/status.css"></head>
<body><main>
<header><h1>nx-ml cache server</h1><p>as of ${timeText(report.now)}, up since ${timeText(report.since)}</p></header>
<dl class="figures">${figures(report).map(figure).join('')}</dl>
<section class="wide"><div class="head"><h2>Last 24 hours</h2><p class="key"><span class="hit">hits</span><span>misses</span></p></div>
${hoursPicture(report.hours)}</section>
<div class="columns">
<section><h2>Recent runs</h2>${runs(report)}</section>
<div><section class="wide"><h2>Scopes</h2>${scopes(report)}</section>
<section><h2>Entries stored last</h2>${entries(report)}</section></div>
</div>
</main></body></html>
`;
}

interface Figure {
  readonly name: string;
  readonly value: string;
  /** A line each. */
  readonly notes: readonly string[];
  /** Of a bound: how much of it is used. */
  readonly share?: number | undefined;
}

function figures(report: StatusReport): readonly Figure[] {
  const { hits, misses, bytesOut, since, now, bytes, entries: count, isKnown, quotas } = report;
  const asked = hits + misses;
  const shares = [share(bytes.cache, quotas.cache), share(bytes.store, quotas.store)].flatMap(
    (one) => one ?? [],
  );
  return [
    {
      name: 'Hits',
      value: asked === 0 ? '–' : `${((100 * hits) / asked).toFixed(1)} %`,
      notes: [`${countText(hits)} of ${countText(asked)}`, `since the start, ${agoText(now - since)}`],
    },
    saved(report),
    { name: 'Served', value: sizeText(bytesOut), notes: ['of entries, from the cache'] },
    {
      name: 'Stored',
      value: sizeText(bytes.cache + bytes.store),
      notes: isKnown
        ? [
            `cache ${sizeText(bytes.cache)}${bound(quotas.cache)}`,
            `store ${sizeText(bytes.store)}${bound(quotas.store)}`,
            `${countText(count)} entries`,
          ]
        : ['still looking through it'],
      share: shares.length === 0 ? undefined : Math.max(...shares),
    },
  ];
}

function saved({ saved: months }: StatusReport): Figure {
  const [month, before] = months ?? [];
  const name = 'Time saved this month';
  if (month === undefined) return { name, value: '–', notes: ['no ledger was looked through yet'] };
  const all = month.protected + month.others;
  const notes =
    all === 0 && month.unknown === 0
      ? ['no ledger of this month: nx-ml store push sends one']
      : [`main branch ${hoursText(month.protected)}`, `others, as they tell, ${hoursText(month.others)}`];
  if (month.unknown > 0) notes.push(`and ${countText(month.unknown)} runs of unknown length`);
  const earlier = before === undefined ? 0 : before.protected + before.others;
  if (earlier > 0) notes.push(`last month ${hoursText(earlier)}`);
  return { name, value: hoursText(all), notes };
}

function figure({ name, value, notes, share: used }: Figure): string {
  const meter = used === undefined ? '' : meterPicture(used, `${(100 * used).toFixed(0)} % of its quota`);
  const lines = notes.map((note) => `<small>${text(note)}</small>`).join('');
  return `<div><dt>${text(name)}</dt><dd>${text(value)}${lines}</dd>${meter}</div>`;
}

function share(bytes: number, quota: number | undefined): number | undefined {
  return quota === undefined ? undefined : bytes / quota;
}

function bound(quota: number | undefined): string {
  return quota === undefined ? '' : ` of ${sizeText(quota)}`;
}

function runs({ runs: all, now }: StatusReport): string {
  return table(
    ['run', 'scope', 'took', 'pushed'],
    all.map(({ project, step, seed, scope, ms, at }) => [
      `${project}:${step}${seed === null ? '' : ` seed ${String(seed)}`}`,
      scope,
      durationText(ms),
      agoText(now - at),
    ]),
    'None was pushed since this server has a state folder.',
  );
}

function scopes({ scopes: all }: StatusReport): string {
  const rows = all.map(({ scope, cache, store }) => [scope, sizeText(cache), sizeText(store)]);
  return table(['scope', 'cache', 'store'], rows, 'Nothing is stored yet.');
}

function entries({ recent, now }: StatusReport): string {
  const rows = recent.map(({ at, scope, hash, size }) => [
    `${hash.slice(0, 8)}…`,
    scope,
    sizeText(size),
    agoText(now - at),
  ]);
  return table(['task', 'scope', 'size', 'stored'], rows, 'None since the start.');
}
