import type { z } from 'zod';

import { isJsonObject } from '../kernel/index.js';

/** Rules between keys under `deploy`. They look at values whose own form may be wrong. */

type Context = z.core.$RefinementCtx;
type Path = (string | number)[];

export function deployRules(value: unknown, context: Context): void {
  if (!isJsonObject(value)) return;
  noneTwice(value['environments'], ['environments'], context);
  noneTwice(value['feedback'], ['feedback'], context);
  if (value['latencyBudget'] !== undefined) return;
  for (const [at, guardrail, path] of slowGuardrails(value['environments']))
    report(
      context,
      ['environments', at, 'guardrails', path, 'name'],
      `\`${String(guardrail)}\` needs a latency budget`,
      'Add `latencyBudget` under `deploy`, in milliseconds.',
    );
}

export function environmentRules(value: unknown, context: Context): void {
  if (!isJsonObject(value)) return;
  noneTwice(value['guardrails'], ['guardrails'], context);
  if (value['strategy'] === 'shadow') return;
  for (const key of ['share', 'differences'])
    if (key in value)
      report(context, [key], `\`${key}\` has no effect without \`strategy: shadow\``, `Remove \`${key}\`.`);
}

const kinds = ['gateway', 'command', 'kubernetes'] as const;
/** Keys that say more of one kind. */
const furtherKeys = { token: 'gateway', env: 'command' } as const;

/** A target is of one kind. */
export function targetRules(value: unknown, context: Context): void {
  if (!isJsonObject(value)) return;
  const given = kinds.filter((kind) => kind in value);
  const names = kinds.map((kind) => `\`${kind}\``).join(' or ');
  if (given.length !== 1)
    report(
      context,
      [],
      given.length === 0
        ? `\`target\` says nothing of what serves: it needs ${names}`
        : `\`target\` has ${given.map((kind) => `\`${kind}\``).join(' and ')}, and a service is served by one`,
      `Write ${names}, and only one.`,
    );
  kubernetesRules(value['kubernetes'], context);
  for (const [key, kind] of Object.entries(furtherKeys))
    if (given.length === 1 && key in value && given[0] !== kind)
      report(context, [key], `\`${key}\` has no effect without \`${kind}\``, `Remove \`${key}\`.`);
}

/** Keys that a cluster needs, or has no use for, by its kind. */
function kubernetesRules(value: unknown, context: Context): void {
  if (!isJsonObject(value)) return;
  if (value['kind'] === 'deployment' && value['image'] === undefined)
    report(
      context,
      ['kubernetes'],
      '`kind: deployment` needs an `image`',
      'Name the image of the server that answers.',
    );
  const useless = { kserve: ['image', 'port', 'replicas'], deployment: ['format'] };
  const kind = value['kind'] === 'kserve' ? 'kserve' : 'deployment';
  for (const key of useless[kind])
    if (key in value)
      report(
        context,
        ['kubernetes', key],
        `\`${key}\` has no effect with \`kind: ${kind}\``,
        `Remove \`${key}\`.`,
      );
}

export function deployGuardrailRules(value: unknown, context: Context): void {
  if (!isJsonObject(value)) return;
  const { worse = 1, clear } = value;
  if (typeof worse !== 'number' || typeof clear !== 'number') return;
  if (clear <= 1 || clear < worse)
    report(
      context,
      ['clear'],
      `\`clear\` is ${String(clear)}: a release that is only as good could never be promoted`,
      `Write a number above 1${worse > 1 ? `, at least ${String(worse)}` : ''}.`,
    );
}

function slowGuardrails(environments: unknown): [number, unknown, number][] {
  const listed = Array.isArray(environments) ? (environments as unknown[]) : [];
  return listed.flatMap((environment, at) => {
    const guardrails = isJsonObject(environment) ? environment['guardrails'] : undefined;
    return (Array.isArray(guardrails) ? (guardrails as unknown[]) : []).flatMap(
      (guardrail, index): [number, unknown, number][] =>
        isJsonObject(guardrail) && guardrail['name'] === 'slow' ? [[at, 'slow', index]] : [],
    );
  });
}

function noneTwice(list: unknown, path: Path, context: Context): void {
  if (!Array.isArray(list)) return;
  const names = list.map((item: unknown) => (isJsonObject(item) ? item['name'] : undefined));
  names.forEach((name, at) => {
    if (typeof name === 'string' && names.indexOf(name) < at)
      report(
        context,
        [...path, at, 'name'],
        `\`${name}\` stands twice`,
        'Give one of them another name, or remove it.',
      );
  });
}

function report(context: Context, path: Path, message: string, fix: string): void {
  context.addIssue({ code: 'custom', path, message, params: { fix, whole: true } });
}
