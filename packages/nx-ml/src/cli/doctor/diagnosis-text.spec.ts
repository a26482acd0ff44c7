import type { Diagnosis, Finding } from '@nx-ml/core/doctor';

import { diagnosisText } from './diagnosis-text.js';

const counts = { ok: 1, note: 0, warning: 0, problem: 1 };
const plain = { paint: (_: string, text: string) => text, width: 60 };

const diagnosis = (findings: readonly Finding[]): Diagnosis => ({
  groups: [{ title: 'Data', findings }],
  counts,
});

describe('diagnosisText', () => {
  it('the answer first, aligned rows, the mend below what it mends', () => {
    const text = diagnosisText(
      diagnosis([
        { check: 'a', grade: 'ok', about: 'git', says: '2.39.5' },
        {
          check: 'b',
          grade: 'problem',
          about: 'history',
          says: 'it is shallow',
          mend: 'git fetch --unshallow',
        },
      ]),
      plain,
    );
    expect(text).toBe(
      [
        '1 thing to mend: 1 problem.',
        '',
        'Data',
        '  ok       git      2.39.5',
        '  problem  history  it is shallow',
        '                    → git fetch --unshallow',
        '',
      ].join('\n'),
    );
  });

  it('breaks sentences between words, and commands never', () => {
    const says = 'word '.repeat(20).trim();
    const mend = `npx nx-ml data add ${'x'.repeat(100)} and more`;
    const lines = diagnosisText(
      diagnosis([{ check: 'b', grade: 'problem', about: 'x', says, mend }]),
      plain,
    ).split('\n');
    expect(lines.filter((line) => line.includes('word')).every((line) => line.length <= 60)).toBe(true);
    expect(lines.join(' ').match(/word/g)).toHaveLength(20);
    expect(lines.some((line) => line.endsWith(mend))).toBe(true);
  });

  it('a long path has a line of its own, and moves no other column', () => {
    const long = 'datasets/'.repeat(5);
    const lines = diagnosisText(
      diagnosis([
        { check: 'a', grade: 'ok', about: 'git', says: 'fine' },
        { check: 'b', grade: 'problem', about: long, says: 'is ignored', mend: 'x' },
      ]),
      plain,
    ).split('\n');
    expect(lines).toContain('  ok       git  fine');
    expect(lines).toContain(`  problem  ${long}`);
    expect(lines).toContain('                is ignored');
  });

  it('colour adds and never carries', () => {
    const findings: readonly Finding[] = [{ check: 'a', grade: 'warning', about: 'x', says: 'y', mend: 'z' }];
    const painted = diagnosisText(diagnosis(findings), { ...plain, paint: (_, text) => `<${text}>` });
    expect(painted.replace(/[<>]/g, '')).toBe(diagnosisText(diagnosis(findings), plain));
    expect(painted).toContain('<warning>');
  });
});
