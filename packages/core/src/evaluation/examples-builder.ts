import { isJsonObject, MlError } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';
import { CodeColumn, NumberColumn, ownText, ValueColumn } from './columns.js';
import type { Codes } from './columns.js';
import type { BehaviourRows, Examples } from './examples.js';
import { findGap } from './find-gap.js';
import type { RowFault, Scalar } from './prediction-row.js';
import { ScoreColumn } from './score-column.js';

/** Beyond it, slices are surely not what was meant; bounds the memory of a row. */
const mostSliceKeys = 64;

/** Puts checked rows into columns, one by one. */
export class ExamplesBuilder {
  readonly #where: string;
  readonly #unit: 'line' | 'row';
  readonly #ids: (string | number)[] = [];
  readonly #rowOf = new Map<string | number, number>();
  /** Where each row stands in the file. */
  readonly #places = new NumberColumn();
  readonly #split = new CodeColumn();
  readonly #group = new CodeColumn();
  readonly #slices = new Map<string, CodeColumn>();
  readonly #label = new ValueColumn();
  readonly #prediction = new ValueColumn();
  readonly #score = new ScoreColumn();
  readonly #correct = new NumberColumn();
  readonly #loss = new NumberColumn();
  readonly #latency = new NumberColumn();
  readonly #cases = new CodeColumn<string>();
  readonly #of = new Map<number, string | number>();

  /** @param where whose file it is, for messages: `spam-filter:evaluate predictions.csv`. */
  constructor(where: string, unit: 'line' | 'row') {
    this.#where = where;
    this.#unit = unit;
  }

  /**
   * @param row one of which rowFault finds nothing.
   * @param place where it stands in the file: the line, or the row, from 1.
   * @throws MlError ERR_ML_PREDICTIONS_INVALID for what does not go with the rows before.
   */
  add(row: JsonObject, place: number): void {
    const index = this.#ids.length;
    const given = row['id'] as string | number;
    const id = typeof given === 'string' ? ownText(given) : given;
    const before = this.#rowOf.get(id);
    this.#rowOf.set(id, index);
    this.#places.set(index, place);
    if (before !== undefined) this.#fail(place, this.#twice(id, before));
    this.#ids.push(id);
    const fault = this.#setColumns(index, row) ?? this.#setSlices(index, row['slice']);
    if (fault !== undefined) this.#fail(place, fault);
  }

  #setColumns(index: number, row: JsonObject): RowFault | undefined {
    const { label, prediction, score, split, group, correct, loss, latency, behaviour } = row;
    if (isGiven(split)) this.#split.set(index, split as string);
    if (isGiven(group)) this.#group.set(index, group as Scalar);
    if (isGiven(label)) this.#label.set(index, label);
    if (isGiven(prediction)) this.#prediction.set(index, prediction);
    if (isGiven(correct)) this.#correct.set(index, Number(correct));
    if (isGiven(loss)) this.#loss.set(index, loss as number);
    if (isGiven(latency)) this.#latency.set(index, latency as number);
    if (isJsonObject(behaviour)) this.#setBehaviour(index, behaviour);
    return isGiven(score) ? this.#score.set(index, score, isGiven(label) ? label : undefined) : undefined;
  }

  #setBehaviour(index: number, behaviour: JsonObject): void {
    this.#cases.set(index, behaviour['case'] as string);
    const of = behaviour['of'];
    if (typeof of === 'string' || typeof of === 'number') this.#of.set(index, of);
  }

  #setSlices(index: number, slice: JsonValue | undefined): RowFault | undefined {
    if (!isGiven(slice)) return undefined;
    const entries = isJsonObject(slice) ? Object.entries(slice) : [['slice', slice] as const];
    for (const [key, value] of entries) {
      if (value === null) continue;
      const column = this.#slices.get(key) ?? new CodeColumn();
      this.#slices.set(key, column);
      column.set(index, value as Scalar);
    }
    return this.#slices.size > mostSliceKeys ? tooManySlices : undefined;
  }

  /**
   * To be called after the last row.
   * @throws MlError ERR_ML_PREDICTIONS_INVALID where a column has gaps.
   */
  finish(): Examples {
    const n = this.#ids.length;
    const examples = {
      n,
      ids: this.#ids,
      split: this.#split.finish(n),
      group: this.#group.finish(n),
      slices: this.#finishSlices(n),
      label: this.#label.finish(n),
      prediction: this.#prediction.finish(n),
      score: this.#score.finish(n),
      correct: this.#correct.finish(n),
      loss: this.#loss.finish(n),
      latency: this.#latency.finish(n),
      behaviour: this.#finishBehaviour(n),
    };
    this.#refuseGaps(examples);
    return examples;
  }

  #finishSlices(n: number): Readonly<Record<string, Codes>> {
    const columns = [...this.#slices].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(
      columns.flatMap(([key, column]) => {
        const codes = column.finish(n);
        return codes === undefined ? [] : [[key, codes]];
      }),
    );
  }

  #finishBehaviour(n: number): BehaviourRows | undefined {
    const cases = this.#cases.finish(n);
    if (cases === undefined) return undefined;
    const of = new Int32Array(n).fill(-1);
    for (const [row, id] of this.#of) {
      const made = this.#rowOf.get(id);
      if (made === undefined)
        this.#fail(this.#placeOf(row), {
          what: `is a behavioural test of ${JSON.stringify(id)}, and no row has that id`,
          fix: 'Write the example that it was made from too, with that id.',
        });
      of[row] = made;
    }
    return { cases, of };
  }

  #refuseGaps(examples: Examples): void {
    const gap = findGap(examples);
    if (gap === undefined) return;
    const { column, row } = gap;
    this.#fail(this.#placeOf(row), {
      what: `has no ${column}, which other examples of its split have`,
      fix: `Write ${column} in all of them or in none: a measure over a part of the examples says nothing of the rest.`,
    });
  }

  #twice(id: string | number, before: number): RowFault {
    return {
      what: `has the id ${JSON.stringify(id)} of ${this.#unit} ${String(this.#placeOf(before))}`,
      fix: 'Give every example an id of its own, so that two models can be compared on it.',
    };
  }

  #placeOf(row: number): number {
    return this.#places.at(row);
  }

  #fail(place: number, { what, fix }: RowFault): never {
    throw new MlError('ERR_ML_PREDICTIONS_INVALID', {
      message: `${this.#where}: ${this.#unit} ${String(place)} ${what}`,
      fix,
    });
  }
}

const tooManySlices: RowFault = {
  what: `brings more than ${String(mostSliceKeys)} names of slices`,
  fix: 'Put into slice what examples have in common, such as their language; what tells them apart is the id.',
};

function isGiven(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null;
}
