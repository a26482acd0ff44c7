/**
 * What somebody might put into a document that names files, so that a reader writes where it should not, takes one file for
 * another, or never ends. Every reader of foreign documents is held to these.
 */

/** Sets of paths, each with one path or more that no reader may let through. */
export const hostilePaths: Readonly<Record<string, readonly string[]>> = {
  'a way out': ['../../etc/passwd'],
  'a way out in the middle': ['a/../../../etc/passwd'],
  'an absolute path': ['/etc/passwd'],
  'a drive letter': ['C:/Windows/x'],
  'a drive letter with a backslash': ['C:\\Windows\\x'],
  'a backslash': ['a\\..\\..\\x'],
  'a share': ['\\\\host\\share'],
  'a NUL': ['a\0.txt'],
  'an empty path': [''],
  'an empty part': ['a//b'],
  'a lone surrogate': ['a\ud800b'],
  'a path that never ends': ['x/'.repeat(5000) + 'x'],
  'the folder itself': ['.'],
  'one name twice': ['a.txt', 'a.txt'],
  'names that differ by case': ['A.txt', 'a.txt'],
  'names that differ by Unicode form': ['e\u0301.txt', '\u00e9.txt'],
  'folders that differ by case': ['A/x', 'a/x'],
  'a file that is a folder too': ['a', 'a/b'],
};

/** Values in place of a whole number of bytes or files. As JSON texts, so that they come as they would from a file. */
export const hostileNumbers = [
  '-1',
  '1.5',
  '1e400',
  '9007199254740993',
  '-0.1',
  '"7"',
  'null',
  '[1]',
  '{}',
  'true',
  'NaN',
];

/** Whole documents. */
export const hostileTexts: Readonly<Record<string, string>> = {
  nothing: '',
  'a space': ' ',
  'a NUL': '\0',
  'bytes that are not UTF-8': Buffer.from([0xc3, 0x28, 0xff, 0xfe]).toString('utf8'),
  'half a surrogate pair': '"\ud83d"',
  'deep lists': '['.repeat(100_000),
  'deep maps': '{"a":'.repeat(100_000),
  'deep YAML': Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
  'a proto key': '{"__proto__": {"digest": 1}, "constructor": 1}',
  'a million empty entries': `[${'[],'.repeat(1_000_000)}[]]`,
  'a bomb of YAML anchors': bomb(),
  'an endless YAML anchor': 'outs: &a [*a, *a]\n',
  'a YAML tag': 'outs: !!python/object/apply:os.system ["touch x"]\n',
  'a long line': 'x'.repeat(2_000_000),
  'a merge that was not ended': '<<<<<<< HEAD\n=======\n>>>>>>> theirs\n',
  'a number': '3',
  'a list': '[]',
  'a word': 'true',
};

/** Nine lists of nine aliases each, one within the other: a billion entries in 300 bytes. */
function bomb(): string {
  const names = 'abcdefghij'.split('');
  const lines = names.map((name, index) => {
    const inner = index === 0 ? '"x"' : `*${names[index - 1] ?? ''}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => inner).join(', ')}]`;
  });
  return `${lines.join('\n')}\nouts: *j\n`;
}
