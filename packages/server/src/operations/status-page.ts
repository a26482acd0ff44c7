import type { FastifyPluginCallback } from 'fastify';

import type { StatusReport } from './status-report.js';

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
          'cache-control': 'no-store',
        })
        .type('text/html; charset=utf-8')
        .send(pageOf(report())),
    );
    app.get('/status.css', { config }, (_request, reply) =>
      reply.type('text/css; charset=utf-8').send(style),
    );
    done();
  };
}

function pageOf(report: StatusReport): string {
  const { since, hits, misses, bytesOut, entries, bytes, scopes, recent } = report;
  const asked = hits + misses;
  const rate = asked === 0 ? '–' : `${((100 * hits) / asked).toFixed(1)} %`;
  const figures = [
    ['hits', `${count(hits)} of ${count(asked)}`, rate],
    ['served', sizeText(bytesOut), `since ${timeText(since)}`],
    ['stored', sizeText(bytes), report.isKnown ? `${count(entries)} entries` : 'still looking through it'],
    ['quota', report.quota === undefined ? 'none' : sizeText(report.quota), quotaText(report)],
  ];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>nx-ml cache</title><link rel="stylesheet" href="/status.css"></head>
<body><main>
<h1>nx-ml cache</h1>
<dl class="figures">${figures.map(([name, value, note]) => `<div><dt>${text(name)}</dt><dd>${text(value)}<small>${text(note)}</small></dd></div>`).join('')}</dl>
<h2>Scopes</h2>
${table(
  ['scope', 'size'],
  scopes.map(({ scope, bytes: size }) => [scope, sizeText(size)]),
)}
<h2>Stored last</h2>
${table(
  ['when', 'scope', 'task', 'size'],
  recent.map(({ at, scope, hash, size }) => [timeText(at), scope, `${hash.slice(0, 8)}…`, sizeText(size)]),
)}
</main></body></html>
`;
}

function quotaText({ quota, bytes }: StatusReport): string {
  return quota === undefined ? 'grows without a bound' : `${((100 * bytes) / quota).toFixed(0)} % used`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${text(cell)}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table>`;
}

function text(value: string | undefined): string {
  return (value ?? '').replace(/[&<>"']/g, (letter) => `&#${String(letter.charCodeAt(0))};`);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  return `${value >= 100 || step === 0 ? value.toFixed(0) : value.toPrecision(3)} ${units[step] ?? ''}`;
}

const style = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1rem; margin: 0; }
.figures div { border: 1px solid #8886; border-radius: 0.5rem; padding: 0.75rem 1rem; }
dt { font-size: 0.85rem; opacity: 0.75; } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
small { display: block; font-size: 0.8rem; opacity: 0.75; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid #8884; }
th { font-size: 0.85rem; font-weight: 600; }
th:last-child, td:last-child { text-align: right; padding-right: 0; }
`;
