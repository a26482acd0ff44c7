/**
 * The beginning of a text that comes from foreign data, such as an id or the value of a slice, which may be of any length and hold half of a
 * surrogate pair: what is told or kept of it is bounded, and valid Unicode.
 *
 * @param most UTF-16 code units.
 */
export function shortened(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}
