import { keysAt, mapsOf, mlKinds } from './ml-keys.js';
import type { MlKind } from './ml-config.js';
import { nearestWord } from './nearest-word.js';

export interface UnknownKey {
  readonly message: string;
  readonly fix: string;
  /** The key that was most likely meant at this place. */
  readonly meant: string | undefined;
}

/** What to say of a key that its map does not have: where it belongs, or what was meant. */
export function unknownKey(kind: MlKind, path: readonly (string | number)[], key: string): UnknownKey {
  const here = keysAt(kind, path);
  const meant = nearestWord(key, here);
  const place = placeOf(kind, key);
  if (place !== undefined)
    return {
      message: `unknown key \`${key}\` here: it belongs ${place}`,
      fix: 'Move it there.',
      meant: undefined,
    };
  if (meant !== undefined)
    return {
      message: `unknown key \`${key}\`: did you mean \`${meant}\`?`,
      fix: `Write \`${meant}\`.`,
      meant,
    };
  const fix = `Keys allowed here: ${here.map((name) => `\`${name}\``).join(', ')}.`;
  return { message: `unknown key \`${key}\`${nearElsewhere(kind, key)}`, fix, meant };
}

/** `under \`train\``, `at the top level`, `to \`kind: dataset\`` for a key that is right elsewhere. */
function placeOf(kind: MlKind, key: string): string | undefined {
  const holders = mapsOf(kind).filter((path) => keysAt(kind, path).includes(key));
  const maps = holders.filter((path) => path.length === Math.min(...holders.map((other) => other.length)));
  if (maps.some((path) => path.length === 0)) return 'at the top level';
  if (maps.length > 0) return `under ${maps.map((path) => `\`${path.join('.')}\``).join(' or ')}`;
  const other = mlKinds.find((candidate) => keysAt(candidate, []).includes(key));
  return other === undefined ? undefined : `in a file of \`kind: ${other}\``;
}

function nearElsewhere(kind: MlKind, key: string): string {
  const all = [...new Set(mapsOf(kind).flatMap((path) => keysAt(kind, path)))];
  const near = nearestWord(key, all);
  return near === undefined ? '' : `: did you mean \`${near}\` ${placeOf(kind, near) ?? ''}?`;
}
