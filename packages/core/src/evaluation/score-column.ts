import { isJsonObject } from '../kernel/index.js';
import type { JsonValue } from '../kernel/index.js';
import { NumberColumn } from './columns.js';
import type { RowFault } from './prediction-row.js';

/** The scores of all rows. */
export type Scores =
  /** One number a row; NaN where it has none. */
  { readonly kind: 'single'; readonly values: Float64Array } | ClassScores;

/** A score for each class. Kept is what measures need of them, so that a thousand classes take no more room than three. */
export interface ClassScores {
  readonly kind: 'classes';
  readonly names: readonly string[];
  /** The score of the label; NaN where there is no label, or none of these classes. */
  readonly ofLabel: Float64Array;
  /** The greatest score. */
  readonly top: Float64Array;
  /** 1 where the first of the greatest is that of the label. */
  readonly topRight: Float64Array;
  /** Sum of the squared scores. */
  readonly squares: Float64Array;
  /** Sum of the scores: 1 where they are probabilities. */
  readonly sum: Float64Array;
  /** Where there are two classes: the score of the second by name. */
  readonly second?: Float64Array;
}

type Form =
  | { readonly kind: 'single' }
  | {
      readonly kind: 'list' | 'map';
      readonly names: readonly string[];
      readonly index: ReadonlyMap<string, number>;
    };

/** Scores while rows come in. */
export class ScoreColumn {
  #form: Form | undefined;
  readonly #single = new NumberColumn();
  readonly #ofLabel = new NumberColumn();
  readonly #top = new NumberColumn();
  readonly #topRight = new NumberColumn();
  readonly #squares = new NumberColumn();
  readonly #sum = new NumberColumn();
  readonly #second = new NumberColumn();

  /** @returns what is wrong with the row's score beside those before it. */
  set(row: number, score: JsonValue, label: JsonValue | undefined): RowFault | undefined {
    this.#form ??= formOf(score);
    const form = this.#form;
    if (form.kind === 'single') {
      if (typeof score !== 'number') return mixedForms;
      this.#single.set(row, score);
      return undefined;
    }
    const scores = scoresIn(score, form);
    if (scores === undefined) return mixedForms;
    this.#setClasses(row, scores, classOf(label, form));
    return undefined;
  }

  #setClasses(row: number, scores: readonly number[], label: number | undefined): void {
    let [top, sum, squares] = [0, 0, 0];
    scores.forEach((score, index) => {
      if (score > (scores[top] ?? 0)) top = index;
      sum += score;
      squares += score * score;
    });
    this.#top.set(row, scores[top] ?? NaN);
    this.#sum.set(row, sum);
    this.#squares.set(row, squares);
    this.#ofLabel.set(row, label === undefined ? NaN : (scores[label] ?? NaN));
    this.#topRight.set(row, label === top ? 1 : 0);
    if (scores.length === 2) this.#second.set(row, scores[1] ?? NaN);
  }

  finish(rows: number): Scores | undefined {
    if (this.#form === undefined) return undefined;
    const of = (column: NumberColumn): Float64Array =>
      column.finish(rows) ?? new Float64Array(rows).fill(NaN);
    if (this.#form.kind === 'single') return { kind: 'single', values: of(this.#single) };
    return {
      kind: 'classes',
      names: this.#form.names,
      ofLabel: of(this.#ofLabel),
      top: of(this.#top),
      topRight: of(this.#topRight),
      squares: of(this.#squares),
      sum: of(this.#sum),
      ...(this.#form.names.length === 2 ? { second: of(this.#second) } : {}),
    };
  }
}

const mixedForms: RowFault = {
  what: 'has a score of another form than the rows before it',
  fix: 'Write all scores alike: a number each, or lists of one length, or maps of the same classes.',
};

function formOf(score: JsonValue): Form {
  if (typeof score === 'number') return { kind: 'single' };
  const isList = Array.isArray(score);
  const names = isJsonObject(score) ? Object.keys(score).sort() : Object.keys(isList ? score : []);
  return { kind: isList ? 'list' : 'map', names, index: new Map(names.map((name, index) => [name, index])) };
}

/** The scores in the order of the classes; undefined for scores of another form. */
function scoresIn(score: JsonValue, form: Exclude<Form, { kind: 'single' }>): readonly number[] | undefined {
  if (form.kind === 'list')
    return Array.isArray(score) && score.length === form.names.length
      ? (score as readonly number[])
      : undefined;
  if (!isJsonObject(score) || Object.keys(score).length !== form.names.length) return undefined;
  const scores: number[] = [];
  for (const name of form.names) {
    if (!Object.hasOwn(score, name)) return undefined;
    scores.push(score[name] as number);
  }
  return scores;
}

/** In a list a class goes by its number, in a map by its name. */
function classOf(label: JsonValue | undefined, form: Exclude<Form, { kind: 'single' }>): number | undefined {
  if (form.kind === 'list') return typeof label === 'number' ? form.index.get(String(label)) : undefined;
  return label === undefined || typeof label === 'object' ? undefined : form.index.get(String(label));
}
