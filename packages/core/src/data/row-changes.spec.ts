import fc from 'fast-check';
import type * as Writer from 'hyparquet-writer';

import { splitFields, splitRecords } from './delimited.js';
import { hasRows, rowChanges } from './row-changes.js';

const changes = (path: string, before: string, after: string) =>
  rowChanges(path, Buffer.from(before), Buffer.from(after));

describe('rowChanges', () => {
  it.each<[string, string, readonly [before: string, after: string], object]>([
    [
      'added and removed rows',
      'a.csv',
      ['x,y\n1,2\n3,4\n', 'x,y\n3,4\n5,6\n7,8\n'],
      { added: 2, removed: 1 },
    ],
    ['a row that stands more often', 'a.csv', ['x\n1\n', 'x\n1\n1\n'], { added: 1, removed: 0 }],
    ['other line ends only', 'a.csv', ['x\n1\n', 'x\r\n1\r\n'], { added: 0, removed: 0 }],
    ['another header', 'a.csv', ['x\n1\n', 'y\n1\n'], { added: 1, removed: 1 }],
    [
      'rows by their id, in another order',
      'a.csv',
      ['Id,y\n1,a\n2,b\n3,c\n', 'Id,y\n3,C\n1,a\n4,d\n'],
      { added: 1, removed: 1, changed: 1 },
    ],
    [
      'an id in a later, quoted column',
      'a.tsv',
      ['y\tid\n"a\tb"\t1\n', 'y\tid\n"a\tc"\t"1"\n'],
      { added: 0, removed: 0, changed: 1 },
    ],
    ['ids that are not unique', 'a.csv', ['id,y\n1,a\n1,b\n', 'id,y\n1,a\n1,c\n'], { added: 1, removed: 1 }],
    ['a row without id', 'a.csv', ['y,id\na,1\nb\n', 'y,id\na,1\nc\n'], { added: 1, removed: 1 }],
    ['from nothing', 'a.csv', ['', 'x\n1\n'], { added: 2, removed: 1 }],
    ['lines of text', 'a.txt', ['a\nb', 'a\nc\nd'], { added: 2, removed: 1 }],
    [
      'JSON Lines by id',
      'a.jsonl',
      ['{"id":1,"a":1}\n{"id":"1","a":1}\n', '{"id":1,"a":2}\n\n{"id":2}\n'],
      { added: 1, removed: 1, changed: 1 },
    ],
    ['JSON Lines without', 'a.ndjson', ['{"a":1}\n', '{"a":1}\n{"a":2}'], { added: 1, removed: 0 }],
    ['JSON Lines that are cut short', 'a.jsonl', ['{"id":1}\n', '{"id":1}\n{"id"'], { added: 1, removed: 0 }],
  ])('%s', async (_, path, [before, after], counts) => {
    expect(await changes(path, before, after)).toEqual(counts);
  });

  it('has no word on other files, nor on large ones', async () => {
    expect(await changes('a.png', 'a', 'b')).toBeUndefined();
    expect([hasRows('a.csv', 10), hasRows('a.png', 10), hasRows('a.csv', 1e9)]).toEqual([true, false, false]);
  });

  describe('Parquet', () => {
    let writer: typeof Writer;
    beforeAll(async () => {
      writer = await import('hyparquet-writer');
    });
    const parquet = (id: readonly number[], text: readonly string[]) =>
      new Uint8Array(
        writer.parquetWriteBuffer({
          columnData: [
            { name: 'id', data: id.map(BigInt), type: 'INT64' },
            { name: 'text', data: [...text], type: 'STRING' },
          ],
        }),
      );

    it('goes by a column of keys', async () => {
      const counts = await rowChanges(
        'a.parquet',
        parquet([1, 2, 3], ['a', 'b', 'c']),
        parquet([2, 3, 4, 5], ['b', 'C', 'd', 'e']),
      );
      expect(counts).toEqual({ added: 2, removed: 1, changed: 1 });
    });

    it('goes by whole rows where keys stand twice', async () => {
      const counts = await rowChanges('a.parquet', parquet([1, 1], ['a', 'b']), parquet([1], ['a']));
      expect(counts).toEqual({ added: 0, removed: 1 });
    });

    it('tells nothing of what is damaged', async () => {
      const whole = parquet([1, 2], ['a', 'b']);
      expect(await rowChanges('a.parquet', whole, whole.subarray(0, 40))).toBeUndefined();
      expect(await rowChanges('a.parquet', Buffer.from('none'), whole)).toBeUndefined();
    });
  });

  it('finds as many rows more as there are more, whatever they say', async () => {
    const rows = fc.array(fc.stringMatching(/^[a-c]{1,2}$/), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(rows, rows, async (before, after) => {
        const text = (lines: readonly string[]) => ['head', ...lines].join('\n');
        const counts = await changes('a.csv', text(before), text(after));
        expect((counts?.added ?? 0) - (counts?.removed ?? 0)).toBe(after.length - before.length);
      }),
    );
  });
});

describe('delimited text', () => {
  const quoted = (field: string) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

  it('reads what was written, whatever stands in the fields', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'é') });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const text = rows.map((row) => row.map(quoted).join(',') + end).join('');
        expect(splitRecords(text).map((record) => splitFields(record, ','))).toEqual(rows);
      }),
    );
  });

  it('takes the rest where a quote is never closed', () => {
    expect(splitRecords('a\n"b\nc')).toEqual(['a', '"b\nc']);
    expect(splitFields('a,"b', ',')).toEqual(['a', 'b']);
  });
});
