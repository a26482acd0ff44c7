import { VegaCharts } from '@nx-ml/core/adapters/charts-vega';
import { htmlOf, junitOf, markdownOf, sarifOf } from '@nx-ml/core/report';
import type { Prices } from '@nx-ml/core/savings';
import type { ModelReport } from '@nx-ml/core/usecases/report';

import { reportCases, reportFindings } from './report-checks.js';
import { reportJson } from './report-json.js';
import { reportPage } from './report-page.js';

export const reportFormats = ['markdown', 'html', 'summary', 'gitlab', 'junit', 'sarif', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ReportContext {
  readonly prices: Prices | undefined;
  readonly plots: boolean;
  /** What is checked out. */
  readonly head: string | undefined;
  /** Where the whole page is. */
  readonly fullPage: string | undefined;
  /** Models that were asked for and that no machine reported on. */
  readonly missing: readonly string[];
  /** When it is written; ISO 8601, UTC. */
  readonly at: string;
  /** Of nx-ml. */
  readonly version: string;
}

/** Bytes. GitHub refuses comments of more than 65,536 characters, and GitLab notes are read no better for being longer. */
export const commentBytes = 60_000;
/** GitHub leaves out a summary of more than 1 MiB. */
export const summaryBytes = 1_000_000;

interface FormOptions {
  /** Bytes of markdown. */
  readonly limit?: number;
  readonly marker?: string;
}

/** A report as it is written in a format. */
export async function reportForm(
  format: ReportFormat,
  all: readonly ModelReport[],
  context: ReportContext,
  { limit, marker }: FormOptions = {},
): Promise<string> {
  const models = context.plots ? all : all.map((model) => ({ ...model, plots: [] }));
  switch (format) {
    case 'html':
      return htmlOf(await pageOf(models, context, new VegaCharts()));
    case 'markdown':
    case 'gitlab':
    case 'summary': {
      const page = await pageOf(models, context, undefined);
      const most = limit ?? (format === 'summary' ? summaryBytes : commentBytes);
      return markdownOf(page, { limit: most, fullPage: context.fullPage, marker });
    }
    case 'junit':
      return junitOf('nx-ml', reportCases(models, context.missing));
    case 'sarif':
      return `${JSON.stringify(sarifOf(reportFindings(models), context.version), null, 2)}\n`;
    case 'json':
      return `${JSON.stringify(reportJson(models, context))}\n`;
  }
}

/** A comment cannot show drawings: there each plot is a small table. */
function pageOf(
  models: readonly ModelReport[],
  context: ReportContext,
  charts: VegaCharts | undefined,
): ReturnType<typeof reportPage> {
  return reportPage(models, { ...context, charts });
}
