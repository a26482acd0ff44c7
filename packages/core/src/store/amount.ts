/** So many objects, and how large they are together. */
export interface Amount {
  readonly objects: number;
  readonly bytes: number;
}

/** @param items sizes in bytes */
export function amountOf(items: readonly { readonly size: number }[]): Amount {
  return { objects: items.length, bytes: items.reduce((sum, { size }) => sum + size, 0) };
}
