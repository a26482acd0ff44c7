import { chartSpec } from '../../report/index.js';
import type { Plot } from '../../report/index.js';
import { hostileNames } from '../../report/testing/hostile.js';
import { VegaCharts } from './index.js';

const line = (of: 'now' | 'before') => ({
  of,
  points: [
    [0, 0],
    [0.2, 0.7],
    [1, 1],
  ] as const,
});
const plots: readonly Plot[] = [
  { kind: 'roc', positive: 'spam', series: [line('now'), line('before')] },
  { kind: 'precision-recall', positive: 'spam', series: [line('now')] },
  { kind: 'calibration', positive: 'spam', series: [line('now'), line('before')] },
  {
    kind: 'confusion',
    classes: ['a', 'b'],
    counts: [
      [5, 1],
      [0, 7],
    ],
  },
  { kind: 'residuals', left: 0, series: [line('before'), line('now')] },
];

describe('Plots drawn by Vega', () => {
  const charts = new VegaCharts();

  it.each(plots)('draws $kind, the same each time, with its axes named', async (plot) => {
    const svg = await charts.svg(chartSpec(plot));
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 \d+(?:\.\d+)? \d+(?:\.\d+)?"/);
    expect(svg.match(/<text /g)?.length).toBeGreaterThan(4);
    expect(svg).not.toMatch(/style=|href=|NaN|undefined/);
    expect(await charts.svg(chartSpec(plot))).toBe(svg);
  });

  it('tells two lines apart by dashes and names both', async () => {
    const [roc] = plots;
    if (roc === undefined) throw new Error('there is one');
    const svg = await charts.svg(chartSpec(roc));
    expect(svg).toMatch(/stroke-dasharray="5,3"/);
    expect(svg).toMatch(/>before<\/text>/);
    expect(svg).toMatch(/>now<\/text>/);
  });

  it('shows whatever classes are called, and obeys nothing in it', async () => {
    const classes = hostileNames.slice(0, 10);
    const counts = classes.map((_, row) => classes.map((__, column) => row + column));
    const svg = await charts.svg(chartSpec({ kind: 'confusion', classes, counts }));
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).not.toMatch(/<script|<img/);
  });
});
