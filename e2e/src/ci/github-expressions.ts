import { runInNewContext } from 'node:vm';

export type Contexts = Readonly<Record<string, unknown>>;

/** `${{ … }}` or a bare expression. */
export function evaluate(text: string, contexts: Contexts): unknown {
  const [, inner = text] = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text) ?? [];
  const functions = {
    fromJSON: (json: string) => JSON.parse(json) as unknown,
    format: (pattern: string, ...values: readonly unknown[]) =>
      pattern.replace(/\{(\d+)\}/g, (_, at: string) => textOf(values[Number(at)])),
    contains: (all: readonly unknown[], one: unknown) => all.includes(one),
    cancelled: () => false,
  };
  return runInNewContext(inner, { ...functions, ...contexts });
}

export function filled(
  values: Readonly<Record<string, string | number | boolean>>,
  contexts: Contexts,
): Record<string, string> {
  const fill = (text: string) =>
    text.replace(/\$\{\{(.*?)\}\}/gs, (_, inner: string) => textOf(evaluate(inner, contexts)));
  const done: Record<string, string> = {};
  // One by one, since some name those before them.
  for (const [name, value] of Object.entries(values)) done[name] = fill(String(value));
  return done;
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : (value as string);
}
