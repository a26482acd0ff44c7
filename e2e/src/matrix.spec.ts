import { matrix } from './matrix/cases/index.js';
import { expectedStates } from './matrix/matrix-case.js';
import { MatrixRig } from './matrix/matrix-rig.js';
import { MatrixRecord } from './matrix/record.js';

describe('only what changed runs', () => {
  const record = new MatrixRecord();
  let madeAgain = 0;
  let rig: MatrixRig;

  beforeAll(async () => {
    rig = await MatrixRig.create();
  });

  afterAll(() => rig.dispose());

  describe.each(matrix)('$title', ({ cases }) => {
    it.each(cases)('$change', async (each) => {
      const seen = await rig.observe(each);
      record.add(each, seen);
      expect({ states: seen.states, runs: seen.runs }).toEqual({
        states: expectedStates(each),
        runs: [...(each.runs ?? [])].sort(),
      });
    });

    it('leaves the results that the same files give from nothing', async () => {
      const compared = await rig.fromNothing();
      madeAgain += compared.length;
      expect(compared.map(({ seen }) => seen)).toEqual(compared.map(({ right }) => right));
    }, 600_000);
  });

  it('docs/affected-matrix.md tells what was seen', async () => {
    expect(await record.differenceToPage()).toBe('');
    expect(madeAgain).toBeGreaterThan(4); // else no result was compared
  });
});
