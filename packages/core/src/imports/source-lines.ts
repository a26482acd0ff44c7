/** Turns offsets of a source text into what people read: line numbers and a short excerpt. */
export class SourceLines {
  private readonly starts: number[] = [0];

  constructor(private readonly source: string) {
    for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1))
      this.starts.push(at + 1);
  }

  /** The line of an offset, from 1. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  place(from: number, to: number): { readonly line: number; readonly text: string } {
    const text = this.source
      .slice(from, Math.min(to, from + 400))
      .replace(/\s+/g, ' ')
      .trim();
    return { line: this.lineAt(from), text: text.length > 120 ? `${text.slice(0, 119)}…` : text };
  }
}

/** Without byte order mark, every line ended by a line feed: parsers differ on the rest. */
export function normalizeSource(source: string): string {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
