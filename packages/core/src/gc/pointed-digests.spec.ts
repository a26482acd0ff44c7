import { encodePointer } from '../documents/index.js';
import { digestOf } from '../kernel/index.js';
import { mentionedDigests, pointedDigests } from './pointed-digests.js';

describe('pointedDigests', () => {
  const ref = { kind: 'tree', digest: digestOf('a'), size: 3, files: 2 } as const;
  const text = encodePointer(ref);
  const names = (content: string, path = 'data/mails.ref.json') =>
    pointedDigests({ path, size: Buffer.byteLength(content), text: content });

  it('are what a pointer names, whatever git made of its line ends', async () => {
    const found = [{ digest: ref.digest, kind: 'tree' }];
    expect(await names(text)).toEqual(found);
    expect(await names(text.replaceAll('\n', '\r\n'))).toEqual(found);
    expect(await names(text, 'data/mails.json')).toEqual([]);
  });

  it.each([
    ['an empty file', ''],
    ['white space', ' \n'],
    ['a list', '[1]'],
    ['a text', '"sha256"'],
    ["somebody else's JSON", '{"$ref":"#/definitions/x"}'],
    ['more than any pointer has', text.padEnd(1025)],
    ['more than anybody reads', 'x'.repeat(5000)],
  ])('are none for %s, which nx-ml cannot have written', async (_, content) => {
    expect(await names(content)).toEqual([]);
  });

  it.each([
    ['one that was cut short', text.slice(0, 60)],
    ['the marks of a merge', `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`],
    ['a newer format', text.replace('"formatVersion": 1', '"formatVersion": 9')],
    ['a digest with one digit less', text.replace(/[0-9a-f]"/, '"')],
    ['another algorithm', text.replace('sha256', 'md5')],
    ['a key more', text.replace('{', '{"path": "/etc/passwd",')],
    ['a key twice', text.replace('"kind"', '"digest": "x", "kind"')],
    ['no JSON', 'sha256'],
    ['bytes that are no text', '\uFFFD\0'],
  ])('cannot be told of %s', async (_, content) => {
    await expect(names(content)).rejects.toMatchObject({ code: 'ERR_ML_POINTER_INVALID' });
  });

  it('that a broken text still mentions are whole ones alone', () => {
    const [a, b] = [digestOf('a'), digestOf('b')];
    expect(
      mentionedDigests(`<<< ${a}\n=== ${b} >>> ${a}0 ${a.slice(0, -1)}`).map(({ digest }) => digest),
    ).toEqual([a, b]);
  });
});
