import type { JsonObject } from '../../kernel/index.js';

/** What of Vega is used. Both are loaded when something is drawn: docs/adr/0031-plots.md. */
export async function drawSvg(spec: JsonObject): Promise<string> {
  const vega = await import('vega');
  const { compile } = await import('vega-lite');
  const { spec: compiled } = compile(spec as unknown as Parameters<typeof compile>[0]);
  const view = new vega.View(vega.parse(compiled), {
    renderer: 'none',
    logLevel: vega.Error,
    loader: { load: refused, sanitize: refused, http: refused, file: refused },
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** A drawing has all its data with it. */
function refused(): Promise<never> {
  return Promise.reject(new Error('a drawing loads nothing'));
}
