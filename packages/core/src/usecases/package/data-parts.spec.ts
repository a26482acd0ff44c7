import { MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { digestOf } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import { dataParts } from './data-parts.js';

async function partsOf(files: Readonly<Record<string, string>>, without?: string) {
  const objects = new MemoryObjectStore();
  const entries = Object.entries(files).map(([path, text]) => ({
    path,
    digest: digestOf(text),
    size: Buffer.byteLength(text),
  }));
  for (const [path, text] of Object.entries(files))
    if (path !== without) await objects.putBytes(Buffer.from(text));
  const { digest } = await objects.putBytes(
    encodeTree([...entries].sort((a, b) => (a.path < b.path ? -1 : 1))),
  );
  const ref = { kind: 'tree', digest, size: 1, files: entries.length } as const;
  return dataParts(ref, { objects } as unknown as Parameters<typeof dataParts>[1]);
}

describe('dataParts', () => {
  it('counts the rows of tables, and of nothing else', async () => {
    const files = {
      'notes.txt': 'a\nb\n',
      'parts/test.jsonl': '{"a":1}\n{"a":2}\n',
      'train.csv': 'a,b\n1,"x\ny"\n2,z\n3,w\n',
      'weights.bin': 'x',
    };
    expect(await partsOf(files)).toEqual([
      { path: 'parts/test.jsonl', rows: 2 },
      { path: 'train.csv', rows: 3 },
    ]);
  });

  it('tells nothing of many tables, and of data that nobody has any more', async () => {
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`${String(at)}.csv`, 'a\n1\n']));
    expect(await partsOf(many)).toEqual([]);
    expect(await partsOf({ 'train.csv': 'a\n1\n' }, 'train.csv')).toEqual([]);
  });
});
