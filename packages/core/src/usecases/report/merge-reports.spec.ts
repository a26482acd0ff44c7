import type { ModelReport } from './model-report.js';
import { mergeReports } from './merge-reports.js';
import type { ReportDocument } from './report-document.js';

const report = (second: number, head: string | undefined, ...names: readonly string[]): ReportDocument => ({
  at: `2026-11-27T00:00:0${String(second)}.000Z`,
  head,
  models: names.map((name) => {
    const [project = '', noFigures] = name.split(':');
    return { project, noFigures } as ModelReport;
  }),
});

describe('Reports of several machines', () => {
  it('are one, by the names of models', () => {
    const merged = mergeReports([report(2, 'a', 'mail', 'digits'), report(1, 'a', 'ham')], []);
    expect(merged.models.map(({ project }) => project)).toEqual(['digits', 'ham', 'mail']);
    expect(merged).toMatchObject({ missing: [], heads: ['a'] });
  });

  it('tell of a model what was written last, and at one instant what is last in order', () => {
    const told = (...documents: readonly ReportDocument[]) =>
      mergeReports(documents, []).models.map(({ noFigures }) => noFigures);
    expect(told(report(2, 'a', 'mail:new'), report(1, 'a', 'mail:old'))).toEqual(['new']);
    expect(told(report(1, 'a', 'mail:old'), report(2, 'a', 'mail:new'))).toEqual(['new']);
    expect(told(report(1, 'a', 'mail:first'), report(1, 'a', 'mail:second'))).toEqual(['second']);
  });

  it('name what was asked for and is in none, and leave out what was not asked for', () => {
    const merged = mergeReports([report(1, 'a', 'mail', 'other')], ['mail', 'ham', 'ham']);
    expect(merged.models.map(({ project }) => project)).toEqual(['mail']);
    expect(merged.missing).toEqual(['ham']);
    expect(mergeReports([], ['ham'])).toEqual({ models: [], missing: ['ham'], heads: [] });
  });

  it('say all that was checked out', () => {
    const documents = [report(1, 'b', 'x'), report(2, 'a', 'y'), report(3, undefined, 'z')];
    expect(mergeReports(documents, []).heads).toEqual(['a', 'b']);
  });
});
