import { headline } from '@nx-ml/core/doctor';
import type { Diagnosis, Finding, FindingGroup, Grade } from '@nx-ml/core/doctor';

type Style = 'bold' | 'dim' | 'green' | 'cyan' | 'yellow' | 'red';

export interface DiagnosisTextOptions {
  readonly paint: (style: Style, text: string) => string;
  /** Columns; commands are never broken, since people copy them. */
  readonly width?: number;
}

const styles: Readonly<Record<Grade, Style>> = {
  ok: 'green',
  note: 'cyan',
  warning: 'yellow',
  problem: 'red',
};
const gradeWidth = 'problem'.length;
/** A longer path stands on its own line, so that it does not push every other row to the right. */
const maxAbout = 20;

/** The answer first; then each group as aligned rows, each with its mend on the line below. */
export function diagnosisText(diagnosis: Diagnosis, { paint, width = 110 }: DiagnosisTextOptions): string {
  const about = Math.max(
    ...diagnosis.groups.flatMap(({ findings }) => findings.map((each) => each.about.length)).filter(fits),
  );
  const groups = diagnosis.groups.map((group) => groupText(group, { paint, width, about }));
  return [`${paint('bold', headline(diagnosis))}\n`, ...groups].join('\n');
}

interface Layout extends Required<DiagnosisTextOptions> {
  /** Width of the second column. */
  readonly about: number;
}

function groupText({ title, findings }: FindingGroup, layout: Layout): string {
  return [layout.paint('bold', title), ...findings.flatMap((each) => rows(each, layout)), ''].join('\n');
}

function rows({ grade, about, says, mend }: Finding, layout: Layout): readonly string[] {
  const { paint, width } = layout;
  const indent = 2 + gradeWidth + 2 + layout.about + 2;
  const head = `  ${paint(styles[grade], grade.padEnd(gradeWidth))}  `;
  const [first = '', ...rest] = wrap(says, width - indent);
  const blank = ' '.repeat(indent);
  const opening = fits(about.length)
    ? [`${head}${about.padEnd(layout.about)}  ${first}`]
    : [`${head}${about}`, `${blank}${first}`];
  return [
    ...opening,
    ...rest.map((line) => `${blank}${line}`),
    ...(mend === undefined ? [] : [`${blank}${paint('dim', '→')} ${mend}`]),
  ];
}

function fits(length: number): boolean {
  return length <= maxAbout;
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
