import { readJson } from '../documents/index.js';
import { isJsonObject, MlError } from '../kernel/index.js';
import type { JsonObject, JsonValue } from '../kernel/index.js';
import { shownValue } from '../manifest/flow-text.js';
import { rowFault } from './prediction-row.js';

/**
 * Reads a predictions.jsonl line by line, in constant memory. Blank lines are skipped. Whether ids are unique is not looked at
 * here: a training may report an example once an epoch.
 */
export class PredictionLines {
  #number = 0;
  #count = 0;
  /** A line that is no JSON: cut short if it turns out to be the last. */
  #broken: { readonly line: number; readonly message: string; readonly cut: boolean } | undefined;

  readonly #where: string;

  /** @param where whose file it is, for messages: `spam-filter:train predictions.jsonl`. */
  constructor(where: string) {
    this.#where = where;
  }

  /** The number of the newest line, from 1. */
  get number(): number {
    return this.#number;
  }

  /**
   * @param text one line without its end.
   * @returns the checked row; undefined for a blank line, and for one of which the next call tells what is wrong with it.
   * @throws MlError ERR_ML_PREDICTIONS_INVALID naming the line, from 1.
   */
  line(text: string): JsonObject | undefined {
    this.#number += 1;
    const line = this.#number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
    if (line.trim() === '') return undefined;
    if (this.#broken !== undefined) throw this.#notJson(this.#broken);
    const value = this.#parse(line);
    if (value === undefined) return undefined;
    if (!isJsonObject(value))
      throw this.#invalid(`is ${shownValue(value)} and must be a JSON object`, lineFix);
    const fault = rowFault(value);
    if (fault !== undefined) throw this.#invalid(fault.what, fault.fix);
    this.#count += 1;
    return value;
  }

  /**
   * To be called after the last line.
   * @returns the number of examples.
   * @throws MlError ERR_ML_PREDICTIONS_INVALID when the last line is cut short.
   */
  end(): number {
    if (this.#broken === undefined) return this.#count;
    const { line, cut } = this.#broken;
    if (!cut) throw this.#notJson(this.#broken);
    const fix = 'Close the file before the command ends: a full disk or a crash also cuts it short.';
    throw this.#invalid('is the last one and cut short', fix, line);
  }

  #parse(line: string): JsonValue | undefined {
    try {
      return JSON.parse(line) as JsonValue;
    } catch {
      const reading = readJson(line, { nonFinite: true });
      if (reading.ok) return reading.value;
      this.#broken = { line: this.#number, message: reading.message, cut: reading.cut };
      return undefined;
    }
  }

  #notJson({ line, message }: { readonly line: number; readonly message: string }): MlError {
    return this.#invalid(`is not JSON: ${message}`, lineFix, line);
  }

  #invalid(what: string, fix: string, line = this.#number): MlError {
    return new MlError('ERR_ML_PREDICTIONS_INVALID', {
      message: `${this.#where}: line ${String(line)} ${what}`,
      fix,
    });
  }
}

const lineFix =
  'Write one JSON object a line, for example {"id": "mail-17", "label": "spam", "prediction": "ham"}.';
