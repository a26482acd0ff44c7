import { execFileSync } from 'node:child_process';

import { readPythonParams } from './python-params.js';

const read = (text: string) => readPythonParams(text, 'params.py');
const valueOf = (source: string): unknown => read(`X = ${source}\n`).values['X'];

const literals: readonly (readonly [string, unknown])[] = [
  ['1_000', 1000],
  ['0x1F', 31],
  ['-0b11', -3],
  ['1.', 1],
  ['[-1., 1.e5, 2.e-3]', [-1, 100000, 0.002]],
  ['- 2.5e-3', -0.0025],
  ['-0.0', 0],
  ['(5)', 5],
  ['(  # why\n  "a"\n  "b"\n)', 'ab'],
  ['[1, [2.5, "x"], {"a": [None]},]', [1, [2.5, 'x'], { a: [null] }]],
  ['{"a": 1, "a": 2}', { a: 2 }],
  ['{}', {}],
  ["'it''s' \"one\" '''text'''", 'itsonetext'],
  ['"""two\nlines"""', 'two\nlines'],
  [String.raw`'a\tb\'\\ \x41\101\u00e9\U0001F600 \d'`, "a\tb'\\ AA\u00e9\u{1F600} \\d"],
  ["'go\\\non'", 'goon'],
  [String.raw`r'\d\n'`, String.raw`\d\n`],
  ["u'é'", 'é'],
];

describe('parameters in Python', () => {
  it('are names at the top level, of classes, and of self in __init__', () => {
    const { values, classes, uncarried } = read(`"""Parameters."""
BOOL = True
LR: float = 1e-3; MOMENTUM = -.9
NAME = None  # a comment
LATER: int

class Train:
    """Of the training."""
    EPOCHS = 70
    def __init__(self) -> None:
        self.layers = 5
        self.layers = 9
        bar = 3
    class Opt(object):
        name = 'adam'

class Empty: pass
`);
    expect(values).toEqual({
      BOOL: true,
      LR: 0.001,
      MOMENTUM: -0.9,
      NAME: null,
      Train: { EPOCHS: 70, layers: 9, Opt: { name: 'adam' } },
      Empty: {},
    });
    expect(classes).toEqual(['Train', 'Train.Opt', 'Empty']);
    expect(uncarried).toEqual([]);
  });

  it.each(literals)('X = %s', (source, value) => {
    expect(valueOf(source)).toEqual(value);
    expect(read(`X = ${source}\n`).uncarried).toEqual([]);
  });

  it('are what Python makes of them', () => {
    const program =
      'import ast, json, sys\njson.dump([ast.literal_eval(x) for x in json.load(sys.stdin)], sys.stdout)';
    const input = JSON.stringify(literals.map(([source]) => source));
    const read = execFileSync('python3', ['-W', 'ignore', '-c', program], { input }).toString();
    // Python keeps the sign of -0.0, and JSON as we write it does not.
    expect(JSON.parse(read)).toEqual(literals.map(([, value]) => (Object.is(value, 0) ? -0 : value)));
  });

  it('that are tuples become lists, and are told', () => {
    expect(read('A = (1, 2)\nB = 3,\nC = [()]\nclass T:\n  d = 4, (5,)\n')).toMatchObject({
      values: { A: [1, 2], B: [3], C: [[]], T: { d: [4, [5]] } },
      tuples: ['A', 'B', 'C', 'T.d'],
    });
  });

  it.each([
    ['{1, 2}', 'a set'],
    ['[{1}]', 'a set'],
    ["b'x'", 'bytes'],
    ['3j', 'a complex number'],
    ['1e999', 'a number beyond the largest one'],
    ['9007199254740993', 'a whole number too large to be held exactly'],
    ['{1: 2}', 'a map whose keys are no texts'],
    ['{"__proto__": 1}', 'a map with the key "__proto__"'],
    [String.raw`'\N{BULLET}'`, 'a text that cannot be read'],
    [String.raw`'\ud800'`, 'a text that cannot be read'],
    [`${'['.repeat(70)}${']'.repeat(70)}`, 'values nested beyond 64 levels'],
  ])('X = %s is a value that JSON does not have: %s', (source, what) => {
    expect(read(`\nclass T:\n  X = ${source}\n`)).toMatchObject({
      values: { T: {} },
      uncarried: [{ kind: 'value', name: 'T.X', where: 'params.py:3:7', what }],
    });
  });

  it.each([
    '0.1 * 2',
    'os.cpu_count()',
    'f"{a}"',
    '"a" f"{b}"',
    '[1, x]',
    'not True',
    '{**a}',
    '...',
    '"%s" % x',
  ])('X = %s is an expression, which is never guessed', (source) => {
    expect(read(`X = 1\nX = ${source}\n`)).toMatchObject({
      values: {},
      uncarried: [{ kind: 'expression', name: 'X', where: 'params.py:2:5', what: source }],
    });
  });

  it.each([
    'import os',
    'from x import y',
    'A = B = 1',
    'A, B = 1, 2',
    'A += 1',
    'A[0] = 1',
    'del A',
    'if A:\n  B = 1',
    'def f(): pass',
    'print(1)',
    'class T(Base): pass',
    '@dataclass\nclass T: pass',
    'class T:\n  def f(self): pass',
    'class T:\n  def __init__(self, x): pass',
    'class T:\n  def __init__(self):\n    super().__init__()',
  ])('beside code, the code is told: %s', (code) => {
    const { values, uncarried } = read(`LR = 1\n${code}\n`);
    expect(values).toMatchObject({ LR: 1 });
    expect(uncarried).toMatchObject([
      { kind: 'statement', where: expect.stringMatching(/^params\.py:[2-4]:/) as string },
    ]);
  });

  it('of a file that cannot be read in full are told to be so', () => {
    expect(read('A = 1\nB = = 2\n').uncarried).toContainEqual(expect.objectContaining({ kind: 'statement' }));
  });
});
