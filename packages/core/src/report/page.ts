/** A piece of a line. Whatever a text holds is shown as it is, never obeyed: names and messages come from anybody. */
export type Span = string | { readonly text: string; readonly as: 'name' | 'strong' };

export type Line = readonly Span[];

export interface TextBlock {
  readonly kind: 'text';
  readonly line: Line;
}

interface ListBlock {
  readonly kind: 'list';
  readonly items: readonly Line[];
}

export interface TableBlock {
  readonly kind: 'table';
  /** What it shows, for those who cannot see it beside its heading. */
  readonly caption: string;
  readonly head: readonly string[];
  /** A row's first cell is its heading. */
  readonly rows: readonly (readonly Line[])[];
  /** Columns of numbers, from 0. */
  readonly numeric: readonly number[];
}

/** A drawing, shown where drawings can be; and the same in few numbers, where they cannot. */
export interface FigureBlock {
  readonly kind: 'figure';
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly alt: string;
  /** Of our own making, sanitised. undefined: it was not drawn. */
  readonly svg: string | undefined;
  readonly table: TableBlock | undefined;
}

export type Block = TextBlock | ListBlock | TableBlock | FigureBlock;

export interface Section {
  readonly title: Line;
  /** An id within the page: `[a-z0-9-]+`. */
  readonly anchor: string;
  readonly blocks: readonly Block[];
  /** Folded parts: nobody misses them at first sight. */
  readonly more: readonly { readonly title: string; readonly blocks: readonly Block[] }[];
}

/** What is to be told, in order, without a word on how it looks. */
export interface Page {
  readonly title: string;
  /** The answer first. */
  readonly lead: readonly Line[];
  readonly overview: TableBlock | undefined;
  /** Most important first: where room is short the last are left out. */
  readonly sections: readonly Section[];
  readonly foot: readonly Line[];
}

export function text(...line: Span[]): TextBlock {
  return { kind: 'text', line };
}

export function named(text: string): Span {
  return { text, as: 'name' };
}

export function strong(text: string): Span {
  return { text, as: 'strong' };
}
