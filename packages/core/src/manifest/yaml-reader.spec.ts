import fc from 'fast-check';

import { positionAt } from '../documents/position-at.js';
import { readYaml } from './yaml-reader.js';

function valueOf(text: string): unknown {
  const { value, problems } = readYaml(text);
  expect(problems).toEqual([]);
  return value;
}

function problemsOf(text: string): string[] {
  return readYaml(text).problems.map(({ offset, message }) => {
    const { line, column } = positionAt(text, offset);
    return `${String(line)}:${String(column)} ${message}`;
  });
}

describe('readYaml: values that YAML versions read differently', () => {
  it.each([
    ['a: 1e-3', 0.001],
    ['a: 1e3', 1000],
    ['a: 1.0', 1],
    ['a: .5', 0.5],
    ['a: -0', 0],
    ['a: 0x1F', 31],
    ['a: 0o17', 15],
    ['a: no', 'no'],
    ['a: yes', 'yes'],
    ['a: on', 'on'],
    ['a: 2026-01-31', '2026-01-31'],
    ['a: 12:30:45', '12:30:45'],
    ['a: 1_000', '1_000'],
    ['a: "0777"', '0777'],
    ['a: true', true],
    ['a: ~', null],
    ['a:', null],
    ['a: |\n  two\n  lines\n', 'two\nlines\n'],
  ])('%j gives %p', (text, value) => {
    expect(valueOf(text)).toStrictEqual({ a: value });
  });

  it('takes every key as text', () => {
    expect(valueOf('1: a\nnull: b\ntrue: c\n1.0: d')).toStrictEqual({
      '1': 'a',
      null: 'b',
      true: 'c',
      '1.0': 'd',
    });
  });
});

describe('readYaml: what is refused, with its place', () => {
  it.each([
    ['a: 1\nb: 2\na: 3', ['3:1 the key `a` stands twice in one map']],
    ['a: {b: 1, b: 2}', ['1:11 the key `b` stands twice in one map']],
    ['a: .nan', ['1:4 .nan is not a finite number']],
    ['a: -.inf', ['1:4 -.inf is not a finite number']],
    ['a: 1e400', ['1:4 1e400 is not a finite number']],
    ['a: 0777', ['1:4 0777 means different numbers in YAML 1.1 and YAML 1.2']],
    ['a: 9007199254740992', ['1:4 9007199254740992 is too large to be held exactly']],
    ['a: 1\n---\nb: 2', ['2:1 a second YAML document starts here']],
    ['a:\n\tb: 1', ['2:1 a tab is used as indentation, which YAML forbids']],
    ['', ['1:1 the file is empty']],
    ['# nothing\n', ['1:1 the file is empty']],
    ['__proto__: 1', ['1:1 the key `__proto__` cannot be used']],
    ['a: "\\uD800"', ['1:4 a text holds a NUL or half of a surrogate pair']],
    ['a: caf\uFFFD', ['1:7 the file is not text in UTF-8']],
    ['k\0i\0', ['1:2 the file is not text in UTF-8']],
    ['a: !!python/object x', ['1:4 unresolved tag: tag:yaml.org,2002:python/object']],
    ['a: !!binary AAAA', ['1:4 unresolved tag: tag:yaml.org,2002:binary']],
    ['%YAML 1.1\n---\na: no', ['1:1 the file declares YAML 1.1']],
    ['? [a]\n: 1', ['1:3 this key is no plain text']],
    ['a: *b', ['1:4 the alias *b names no anchor before it']],
    ['a: &b [*b]', ['1:8 the alias *b stands within the value that it names']],
    ['a: &b {<<: *b}', ['1:12 the alias *b stands within the value that it names']],
    ['<<: 3', ['1:5 the merge key `<<` takes an alias to a map, or a list of such']],
  ])('%j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('counts columns from the first visible character after a byte order mark', () => {
    expect(valueOf('\uFEFFa: 1')).toEqual({ a: 1 });
    expect(problemsOf('\uFEFFa: .nan')).toEqual(['1:4 .nan is not a finite number']);
  });

  it('refuses a file over 1 MB before parsing it', () => {
    expect(problemsOf(`a: ${'x'.repeat(1_000_000)}`)).toEqual([
      '1:1 the file has 1000003 bytes; at most 1000000 are read',
    ]);
  });

  it('refuses nesting beyond 64 levels, however deep it goes', () => {
    const nested = (depth: number): string => `a: ${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(readYaml(nested(63)).problems).toEqual([]);
    expect(problemsOf(nested(64))).toEqual(['1:67 values are nested too deeply']);
    for (const text of [nested(20_000), '- '.repeat(100_000), '? '.repeat(100_000), '{a: '.repeat(50_000)])
      expect(problemsOf(text)).toEqual(['1:1 values are nested too deeply']);
  });
});

describe('readYaml: aliases and merge keys', () => {
  it('follows them; explicit keys win, then earlier sources', () => {
    const text = 'a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\nd: *a';
    expect(valueOf(text)).toEqual({
      a: { x: 1, y: 1 },
      b: { y: 2, z: 2 },
      c: { x: 3, y: 1, z: 2 },
      d: { x: 1, y: 1 },
    });
  });

  it('takes a quoted << as an ordinary key', () => {
    expect(valueOf('"<<": 1')).toEqual({ '<<': 1 });
  });

  it('allows 100 expansions and not one more', () => {
    const uses = (count: number): string => `a: &a 1\nb: [${Array(count).fill('*a').join(', ')}]`;
    expect(readYaml(uses(100)).problems).toEqual([]);
    expect(problemsOf(uses(101))).toEqual(['2:405 aliases are expanded more than 100 times']);
  });

  it('refuses a document that would grow without end', () => {
    const lines = Array.from({ length: 20 }, (_, level) => {
      const below =
        level === 0
          ? '"lol"'
          : Array(9)
              .fill(`*l${String(level - 1)}`)
              .join(', ');
      return `l${String(level)}: &l${String(level)} [${below}]`;
    });
    expect(problemsOf(lines.join('\n'))).toEqual(['4:10 aliases are expanded more than 100 times']);
  });
});

describe('readYaml: the way back to a place', () => {
  const text = 'a: &a\n  x: 1\nb: [1, {c: 2}]\nd:\n  <<: *a\ne: *a\n';
  const { locate } = readYaml(text);
  const place = (...path: (string | number)[]) => positionAt(text, locate(path).key);

  it('finds keys, items, and what an alias or a merge key brings', () => {
    expect(place('b')).toEqual({ line: 3, column: 1 });
    expect(place('b', 1, 'c')).toEqual({ line: 3, column: 9 });
    expect(place('d', 'x')).toEqual({ line: 2, column: 3 });
    expect(place('e', 'x')).toEqual({ line: 2, column: 3 });
  });

  it('stops at the deepest part that exists', () => {
    expect(place('b', 5)).toEqual({ line: 3, column: 1 });
    expect(place('nothing')).toEqual({ line: 1, column: 1 });
  });
});

it('readYaml gives back any JSON that is written as YAML flow, and never throws', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), (value) => {
      const text = JSON.stringify({ value });
      const reading = readYaml(text);
      if (reading.problems.length === 0)
        expect(JSON.stringify(reading.value)).toBe(text.replaceAll(/(?<=[:[,])-0(?=[,\]}])/g, '0'));
    }),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^[-:?[\]{}&*!|>'"%@#, \nabc0-9.<]{0,40}$/), (text) => {
      expect(Array.isArray(readYaml(text).problems)).toBe(true);
    }),
  );
});
