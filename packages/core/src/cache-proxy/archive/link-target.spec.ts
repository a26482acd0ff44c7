import { posix } from 'node:path';

import fc from 'fast-check';

import { staysWithin } from './link-target.js';

const segment = fc.constantFrom('a', 'b', 'c', '..', '.');

/** Where a path leads when `links` are followed as a system does; undefined above the root, or after too many. */
function resolved(path: string, links: ReadonlyMap<string, string>): string | undefined {
  let at: string[] = [];
  const rest = path.split('/');
  for (let steps = 0; rest.length > 0; steps += 1) {
    if (steps > 200) return '';
    const name = rest.shift() ?? '';
    if (name === '..' && at.length === 0) return undefined;
    if (name === '..') at = at.slice(0, -1);
    else if (name !== '.') at = [...at, name];
    const target = links.get(at.join('/'));
    if (target !== undefined) {
      at = at.slice(0, -1);
      rest.unshift(...target.split('/'));
    }
  }
  return at.join('/');
}

it('lets no set of links lead out, however they lead through each other', () => {
  const links = fc.array(
    fc.tuple(
      fc
        .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
        .map((parts) => parts.join('/')),
      fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(links, (pairs) => {
      const accepted = new Map(pairs.filter(([path, target]) => staysWithin(path, target)));
      // As in an archive: nothing lies below a link.
      for (const path of accepted.keys())
        if ([...accepted.keys()].some((other) => path.startsWith(`${other}/`))) accepted.delete(path);
      for (const path of accepted.keys()) expect(resolved(path, accepted)).toBeDefined();
    }),
    { numRuns: 3000 },
  );
});

it('takes what leads to a file beside, below or above, within the workspace', () => {
  for (const target of ['x', './x', '../x', '../../x', 'a/b', '../..'])
    expect(staysWithin('out/p/link', target)).toBe(true);
  expect(posix.join('out/p', '../../..')).toBe('..');
  for (const target of ['', '/', '../../..', 'a/../b', '..\\x', 'a\0'])
    expect(staysWithin('out/p/link', target)).toBe(false);
});
