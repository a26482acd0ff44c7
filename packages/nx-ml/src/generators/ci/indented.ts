/** A text whose lines after the first begin further right, so that it can stand in a block of YAML. */
export function indented(text: string, spaces: number): string {
  return text.replace(/\n(?=.)/g, `\n${' '.repeat(spaces)}`);
}
