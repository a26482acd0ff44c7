import { hash } from 'node:crypto';

export type Arm = 'baseline' | 'candidate';

/**
 * Where a unit stands between 0 (inclusive) and 1 (exclusive): the first 48 bits of sha256 of salt and unit. Uniform, the same on every
 * machine, and independent for two salts.
 */
export function placeOf(salt: string, unit: string): number {
  return hash('sha256', `${salt}\n${unit}`, 'buffer').readUIntBE(0, 6) / 2 ** 48;
}

/** A unit keeps its arm while the share grows: whoever has the candidate keeps it. Pure. @param share of the units, from 0 to 1 */
export function chooseArm(
  { salt, share }: { readonly salt: string; readonly share: number },
  unit: string,
): Arm {
  if (share <= 0) return 'baseline';
  return share >= 1 || placeOf(salt, unit) < share ? 'candidate' : 'baseline';
}
