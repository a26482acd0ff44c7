/** Draws the plots of reports with Vega-Lite, without a browser: the same drawing for the same numbers, wherever. */
import type { JsonObject } from '../../kernel/index.js';
import { safeSvg } from '../../report/index.js';
import type { Charts } from '../../report/index.js';

export class VegaCharts implements Charts {
  async svg(spec: JsonObject): Promise<string> {
    const { drawSvg } = await import('./vega.js');
    return safeSvg(await drawSvg(spec));
  }
}
