import fc from 'fast-check';

import { mergeParams } from './params.js';
import { editParams } from './edit-params.js';
import type { EditParamsInput, ParamEdit } from './edit-params.js';
import { readYaml } from './read-yaml.js';

const ml = `# the model
kind: model
params:
  alpha: 0.1   # pseudo-count
  optimizer: { rate: 1e-3, name: "sgd" }
train: { command: node train.mjs }
`;

function edited(
  text: string,
  edits: readonly ParamEdit[],
  input: Omit<EditParamsInput, 'text' | 'edits'>,
): string {
  return editParams({ text, edits, ...input });
}
const at = ['params'];
const file = 'models/m/ml.yaml';

describe('editParams', () => {
  it('leaves every other character as it is where a value takes the place of another', () => {
    const expected = { alpha: 0.32, optimizer: { rate: 0.01, name: 'adam' } };
    const edits = [
      { path: ['alpha'], value: 0.32 },
      { path: ['optimizer', 'rate'], value: 0.01 },
      { path: ['optimizer', 'name'], value: 'adam' },
    ];
    expect(edited(ml, edits, { file, at, expected })).toBe(
      ml.replace('0.1 ', '0.32 ').replace('1e-3', '0.01').replace('"sgd"', 'adam'),
    );
  });

  it('keeps comments where a parameter comes and another goes', () => {
    const expected = { alpha: 0.2, depth: 3 };
    const edits = [
      { path: ['alpha'], value: 0.2 },
      { path: ['optimizer', 'rate'], value: undefined },
      { path: ['optimizer', 'name'], value: undefined },
      { path: ['depth'], value: 3 },
    ];
    const text = edited(ml, edits, { file, at, expected });
    expect(text).toContain('# the model');
    expect(text).toContain('# pseudo-count');
    expect(readYaml(text).value).toEqual({
      kind: 'model',
      params: expected,
      train: { command: 'node train.mjs' },
    });
  });

  it('makes the map where there are no parameters yet, and fills an empty file', () => {
    const edits = [{ path: ['alpha'], value: 2 }];
    const text = edited('kind: model\n', edits, { file, at, expected: { alpha: 2 } });
    expect(readYaml(text).value).toEqual({ kind: 'model', params: { alpha: 2 } });
    expect(edited('# none yet\n{}\n', edits, { file: 'p.yaml', at: [], expected: { alpha: 2 } })).toContain(
      'alpha: 2',
    );
  });

  it('writes words that are no texts in YAML in quotes', () => {
    const edits = [{ path: ['alpha'], value: 'yes' }];
    const text = edited('alpha: a\n', edits, { file: 'p.yaml', at: [], expected: { alpha: 'yes' } });
    expect(text).toBe('alpha: "yes"\n');
  });

  it('keeps the layout of JSON', () => {
    const json = '{\n    "alpha": 1,\n    "list": [1, 2],\n    "name": "sgd"\n}\n';
    const input = { file: 'p.json', at: [] };
    expect(
      edited(json, [{ path: ['name'], value: 'adam' }], {
        ...input,
        expected: { alpha: 1, list: [1, 2], name: 'adam' },
      }),
    ).toBe(json.replace('sgd', 'adam'));
    const grown = edited(json, [{ path: ['depth'], value: 3 }], {
      ...input,
      expected: { alpha: 1, list: [1, 2], name: 'sgd', depth: 3 },
    });
    expect(grown).toContain('\n    "depth": 3\n}\n');
  });

  it('refuses to change what shares an anchor', () => {
    const text = 'base: &a 1\nalpha: *a\nbeta: *a\n';
    const edits = [{ path: ['base'], value: 2 }];
    expect(() =>
      edited(text, edits, { file: 'p.yaml', at: [], expected: { base: 2, alpha: 1, beta: 1 } }),
    ).toThrow('cannot be written without changing something else');
  });

  it('writes what is read again as it was, whatever the values', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.string(),
      fc.array(fc.string()),
    );
    fc.assert(
      fc.property(value, value, (alpha, rate) => {
        const expected = mergeParams(
          { alpha: 0.1, optimizer: { rate: 1e-3, name: 'sgd' } },
          { alpha, optimizer: { rate } },
        );
        const edits = [
          { path: ['alpha'], value: alpha },
          { path: ['optimizer', 'rate'], value: rate },
        ];
        const text = edited(ml, edits, { file, at, expected });
        expect(JSON.stringify((readYaml(text).value as { params: unknown }).params)).toEqual(
          JSON.stringify(expected, (_, item: unknown) => (Object.is(item, -0) ? 0 : item)),
        );
      }),
      { numRuns: 100 },
    );
  });
});
