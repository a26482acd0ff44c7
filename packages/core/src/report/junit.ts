import { xmlText } from './xml-text.js';

/** One step or gate of a model, as a test that CI shows. */
export interface CheckCase {
  /** The model. */
  readonly model: string;
  /** `train`, `gate`. */
  readonly name: string;
  /** Workspace-relative: where it is said what is asked. */
  readonly file: string;
  readonly milliseconds: number | undefined;
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  /** One line. */
  readonly message: string;
  /** The whole of it. */
  readonly text: string;
}

/** Most characters of a case's text: readers keep all of it in memory. */
const longestText = 20_000;

/** JUnit's XML, of the dialect that GitLab, Jenkins and others read: a suite a model, a case a step. */
export function junitOf(name: string, cases: readonly CheckCase[]): string {
  const models = new Map<string, CheckCase[]>();
  for (const one of cases) models.set(one.model, [...(models.get(one.model) ?? []), one]);
  const suites = [...models].map(([model, own]) => suiteXml(model, own));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${xmlText(name)}" ${counts(cases)}>\n${suites.join('')}</testsuites>\n`;
}

function suiteXml(model: string, cases: readonly CheckCase[]): string {
  return `  <testsuite name="${xmlText(model)}" ${counts(cases)}>\n${cases.map(caseXml).join('')}  </testsuite>\n`;
}

function counts(cases: readonly CheckCase[]): string {
  const of = (outcome: CheckCase['outcome']): string =>
    String(cases.filter((one) => one.outcome === outcome).length);
  const time = cases.reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0);
  return `tests="${String(cases.length)}" failures="${of('failed')}" errors="${of('error')}" skipped="${of('skipped')}" time="${seconds(time)}"`;
}

function caseXml({ model, name, file, milliseconds, outcome, message, text }: CheckCase): string {
  const start = `    <testcase classname="${xmlText(model)}" name="${xmlText(name)}" file="${xmlText(file)}" time="${seconds(milliseconds ?? 0)}"`;
  const body = xmlText(text.slice(0, longestText));
  const told = xmlText(message);
  switch (outcome) {
    case 'passed':
      return body === '' ? `${start}/>\n` : `${start}><system-out>${body}</system-out></testcase>\n`;
    case 'skipped':
      return `${start}><skipped message="${told}"/></testcase>\n`;
    case 'failed':
      return `${start}><failure message="${told}">${body}</failure></testcase>\n`;
    case 'error':
      return `${start}><error message="${told}">${body}</error></testcase>\n`;
  }
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
