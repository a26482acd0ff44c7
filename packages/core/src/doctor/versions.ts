type Parts = readonly [number, number, number];

/** The three numbers of a version; a pre-release counts as what it leads to. undefined for any other text. */
function partsOf(version: string): Parts | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

/** Is `version` at least `lowest` and below `limit`? No for a text that is no version. */
export function isWithin(version: string, lowest: string, limit?: string): boolean {
  const [found, from, to] = [version, lowest, limit ?? ''].map(partsOf);
  if (found === undefined || from === undefined || compare(found, from) < 0) return false;
  return to === undefined || compare(found, to) < 0;
}

function compare(a: Parts, b: Parts): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
