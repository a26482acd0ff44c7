/**
 * What is told of a workspace's models to people: how their figures moved, plots in numbers, and pages as markdown, HTML, JUnit and
 * SARIF. Pure: results and records in, text out. docs/guides/report.md
 */
export { markerOf, markerText, reportSubject } from './comments.js';
export type { Comment, Comments, Marked } from './comments.js';
export { differenceOf } from './difference.js';
export type { Difference } from './difference.js';
export { htmlOf } from './html.js';
export { junitOf } from './junit.js';
export type { CheckCase } from './junit.js';
export { markdownOf } from './markdown.js';
export type { MarkdownOptions } from './markdown.js';
export { movementOf } from './movement.js';
export type { Answers, MeasureMove, Movement, SliceMove } from './movement.js';
export { named, strong, text } from './page.js';
export type { Block, FigureBlock, Line, Page, Section, Span, TableBlock } from './page.js';
export { plainText } from './plain-text.js';
export { chartSpec } from './plots/chart-spec.js';
export type { Charts } from './plots/chart-spec.js';
export type { Plot } from './plots/plot.js';
export { plotText } from './plots/plot-text.js';
export { plotsOf } from './plots/plots-of.js';
export { safeSvg } from './plots/safe-svg.js';
export { sarifOf } from './sarif.js';
export type { Finding } from './sarif.js';
