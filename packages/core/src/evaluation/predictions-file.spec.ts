import fc from 'fast-check';

import { isMlError } from '../kernel/index.js';
import { valueAt } from './columns.js';
import { freeRows, ordinaryRows, rowsIn, testRows } from './examples.js';
import type { Examples } from './examples.js';
import { predictionsFormat, readExamples } from './predictions-file.js';
import { examplesOf, fileOf } from './testing/predictions-of.js';

const where = 'm:evaluate predictions';

type ColumnData = readonly {
  readonly name: string;
  readonly data: readonly unknown[];
  readonly type?: 'STRING' | 'DOUBLE' | 'INT32' | 'INT64';
}[];

async function parquetOf(columnData: ColumnData): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  return new Uint8Array(
    parquetWriteBuffer({ columnData: columnData.map((column) => ({ ...column, data: [...column.data] })) }),
  );
}

async function failure(content: string | Uint8Array): Promise<string> {
  try {
    return `accepted ${String((await readExamples(fileOf(content), where)).n)}`;
  } catch (error) {
    if (!isMlError(error) || error.code !== 'ERR_ML_PREDICTIONS_INVALID' || error.fix === '') throw error;
    return error.message.replace(/^m:evaluate predictions:? /, '');
  }
}

/** All that there is, in a form to compare. */
function table(examples: Examples) {
  const { n, ids, group, slices, label, prediction, score, split } = examples;
  return Array.from({ length: n }, (_, row) => ({
    id: ids[row],
    group: group?.values[group.codes[row] ?? -1],
    split: split?.values[split.codes[row] ?? -1],
    slices: Object.fromEntries(
      Object.entries(slices).map(([key, { codes, values }]) => [key, values[codes[row] ?? -1]]),
    ),
    label: label && valueAt(label, row),
    prediction: prediction && valueAt(prediction, row),
    score:
      score?.kind === 'single'
        ? score.values[row]
        : score && [score.names, score.ofLabel[row], score.top[row]],
  }));
}

const rows = [
  {
    id: 'a',
    group: 'p1',
    slice: { lang: 'de', size: 1 },
    label: 'spam',
    prediction: 'ham',
    score: { ham: 0.75, spam: 0.25 },
  },
  {
    id: 7,
    group: 'p1',
    slice: { lang: 'en', size: 2 },
    label: 'ham',
    prediction: 'ham',
    score: { ham: 0.5, spam: 0.5 },
  },
  {
    id: '07',
    group: 'p2',
    slice: { lang: 'de, "at"\n', size: 1 },
    label: 'ham',
    prediction: 'ham',
    score: { ham: 1, spam: 0 },
    split: 'validation',
  },
];
const csv = `id,group,slice.lang,slice.size,label,prediction,score.ham,score.spam,split,note
a,p1,de,1,spam,ham,0.75,0.25,,x
7,p1,en,2,ham,ham,0.5,.5,,
07,p2,"de, ""at""
",1,ham,ham,1,0e0,validation,"x,y"
`;

describe('readExamples', () => {
  it('reads the same from JSON Lines, CSV and Parquet, in whatever pieces they come', async () => {
    const expected = table(await examplesOf(rows));
    const parquet = await parquetOf([
      { name: 'id', data: ['a', '7', '07'] },
      { name: 'group', data: rows.map(({ group }) => group) },
      { name: 'slice.lang', data: rows.map(({ slice }) => slice.lang) },
      { name: 'slice.size', data: rows.map(({ slice }) => BigInt(slice.size)), type: 'INT64' },
      { name: 'label', data: rows.map(({ label }) => label) },
      { name: 'prediction', data: rows.map(({ prediction }) => prediction) },
      { name: 'score.ham', data: rows.map(({ score }) => score.ham), type: 'DOUBLE' },
      { name: 'score.spam', data: rows.map(({ score }) => score.spam), type: 'DOUBLE' },
      { name: 'split', data: rows.map(({ split }) => split ?? null), type: 'STRING' },
    ]);
    for (const piece of [1, 7, 100_000]) {
      expect(table(await readExamples(fileOf(csv, piece), where))).toEqual(expected);
      expect(
        table(
          await readExamples(fileOf(csv.replaceAll('\n', '\r\n').replace('""\r\n', '""\n'), piece), where),
        ),
      ).toEqual(expected);
    }
    const columns = await readExamples(fileOf(parquet), where);
    expect(columns.ids).toEqual(['a', '7', '07']);
    expect(table(columns)).toEqual(expected.map((row, index) => ({ ...row, id: columns.ids[index] })));
    expect(await predictionsFormat(fileOf(parquet))).toBe('parquet');
  });

  it('tells rows to be judged from those that are free, and slices', async () => {
    const examples = await examplesOf([
      ...rows,
      {
        id: 'b',
        split: 'test',
        group: 1,
        slice: { lang: 'de' },
        label: 1,
        prediction: 1,
        score: { ham: 1, spam: 0 },
      },
      { id: 'c', behaviour: { case: 'negation', of: 'a' }, prediction: 'ham' },
    ]);
    expect([...testRows(examples)]).toEqual([0, 1, 3]);
    expect([...freeRows(examples)]).toEqual([2]);
    expect([...ordinaryRows(examples)]).toEqual([0, 1, 2, 3]);
    expect([...rowsIn(examples, testRows(examples), [{ key: 'lang', value: 'de' }])]).toEqual([0, 3]);
    expect([
      ...rowsIn(examples, testRows(examples), [
        { key: 'lang', value: 'de' },
        { key: 'size', value: 1 },
      ]),
    ]).toEqual([0]);
    expect([...rowsIn(examples, testRows(examples), [{ key: 'toString', value: 'de' }])]).toEqual([]);
    expect(examples.behaviour?.of[4]).toBe(0);
  });

  it('keeps what JSON tells apart', async () => {
    const labels = [1, '1', true, 'true', { a: [1], b: 2 }, { b: 2, a: [1] }, '{"a":[1],"b":2}', [1]];
    const { label } = await examplesOf(labels.map((value, id) => ({ id, label: value })));
    expect(label?.kind === 'codes' && [...label.codes]).toEqual([0, 1, 2, 3, 4, 4, 5, 6]);
    const numbers = await examplesOf([
      { id: 7, label: 0.5 },
      { id: '7', label: -1 },
    ]);
    expect(numbers.label).toEqual({ kind: 'numbers', numbers: new Float64Array([0.5, -1]) });
  });

  it.each([
    ['{"id":1}\n{"id":2}\n\n{"id":1}', 'line 4 has the id 1 of line 1'],
    ['{"id":1,"label":1}\n{"id":2}', 'line 2 has no label, which other examples of its split have'],
    [
      '{"id":1}\n{"id":2,"split":"test","loss":1}',
      'line 1 has no loss, which other examples of its split have',
    ],
    ['{"id":1}\n{"id":2,"split":"validation","loss":1}', 'accepted 2'],
    [
      '{"id":1,"score":1}\n{"id":2,"score":[1,2]}',
      'line 2 has a score of another form than the rows before it',
    ],
    [
      '{"id":1,"score":{"a":1}}\n{"id":2,"score":{"b":1}}',
      'line 2 has a score of another form than the rows before it',
    ],
    [
      '{"id":1,"score":[1]}\n{"id":2,"score":[1,2]}',
      'line 2 has a score of another form than the rows before it',
    ],
    ['{"id":1,"behaviour":{"case":"a","of":2}}', 'line 1 is a behavioural test of 2, and no row has that id'],
    ['{"id":1,"behaviour":{"case":"a"},"label":1}\n{"id":2}', 'accepted 2'],
    [
      `{"id":1,"slice":{${Array.from({ length: 65 }, (_, index) => `"k${String(index)}":1`).join()}}}`,
      'line 1 brings more than 64 names of slices',
    ],
    ['label\n1', 'has no column id'],
    ['id,id\n1,2', 'has two columns id'],
    ['id,slice,slice.lang\n1,2,3', 'has the columns slice and slice.lang'],
    ['id,label\n1,2\n3', 'row 2 has 1 fields and the header 2'],
    ['id,label\n,2', 'row 1 has no id'],
    ['id,score\n1,0.5\n2,nan', 'row 2 has score = NaN'],
    ['id,loss\n1,x', 'row 1 has loss = "x"'],
    ['id,correct\n1,True\n2,0\n3,yes', 'row 3 has correct = "yes"'],
    ['id,label\n1,a\n01,a\n1,b', 'row 3 has the id 1 of row 1'],
    ['id,label\n1,"a\n2,b', 'has a quote that is never closed: "1,\\"a\\n2,b"'],
    ['', 'accepted 0'],
    ['PAR1 and nothing more', 'cannot be read as Parquet: parquet file invalid (footer != PAR1)'],
  ])('of %j says %s', async (content, message) => {
    expect(await failure(content)).toBe(message);
  });

  it('refuses of Parquet what it refuses of JSON', async () => {
    const of = async (columnData: ColumnData) => failure(await parquetOf(columnData));
    expect(await of([{ name: 'id', data: [1n, 2n ** 53n], type: 'INT64' }])).toBe(
      'row 2 has an id beyond 2^53, which loses digits',
    );
    expect(
      await of([
        { name: 'id', data: [1, 2], type: 'INT32' },
        { name: 'score', data: [0.5, NaN], type: 'DOUBLE' },
      ]),
    ).toBe('row 2 has score = NaN');
    expect(await of([{ name: 'id', data: [1, 1], type: 'INT32' }])).toBe('row 2 has the id 1 of row 1');
  });

  it('fails with nothing but its own error, whatever the bytes', async () => {
    const good = await parquetOf([
      { name: 'id', data: ['a', 'b'] },
      { name: 'label', data: [1, 2] },
    ]);
    const damaged = fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = good.slice();
      bytes[at] = byte;
      return bytes;
    });
    const text = fc.stringMatching(/^id(?:,label|,score|,slice\.a){1,2}\n(?:[a-z0-9",.\n]{0,12}\n){0,4}$/);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), text, damaged), async (content) => {
        expect(await failure(content)).toMatch(/\w/);
      }),
    );
  });
});
