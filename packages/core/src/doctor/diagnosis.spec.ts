import { diagnose, headline } from './diagnosis.js';
import type { Facts } from './diagnosis.js';
import { healthy } from './testing/healthy-facts.js';

describe('diagnose', () => {
  it('has an answer for a healthy workspace, and no group with nothing in it', () => {
    const { groups, counts } = diagnose({ ...healthy, pythons: [] });
    expect(groups.map(({ title }) => title)).toEqual(['Git', 'Nx and Node', 'Data', 'Cache', 'Store']);
    expect(counts).toMatchObject({ note: 0, warning: 0, problem: 0 });
    expect(headline(diagnose(healthy))).toBe('All well.');
  });

  it.each<[Partial<Facts>, string]>([
    [{ git: { ...healthy.git, isShallow: true } }, 'All well (1 note).'],
    [{ nx: { ...healthy.nx, isPlugged: false } }, '1 thing to mend: 1 problem.'],
    [
      {
        nx: { ...healthy.nx, node: undefined, workspaceId: undefined },
        git: { ...healthy.git, isShallow: true },
      },
      '2 things to mend: 1 problem and 1 warning (1 note).',
    ],
  ])('the headline counts what there is to mend (%#)', (changes, expected) => {
    expect(headline(diagnose({ ...healthy, ...changes }))).toBe(expected);
  });
});
