import { prettyJson } from '../documents/index.js';
import type { StepName } from '../documents/index.js';
import type { JsonObject } from '../kernel/index.js';

/**
 * What a step's command is told: one JSON document, whose absolute path is in the environment variable `ML_RUN`.
 * This is the whole contract with the user's code; format version 1.
 *
 * ```json
 * { "formatVersion": 1, "project": "spam-filter", "step": "train", "seed": 1,
 *   "params": { "alpha": 1 },
 *   "inputs": { "spam-mails": "/absolute/folder" },
 *   "outputs": { "model": "/absolute/folder", "metrics": "/absolute/metrics.json",
 *     "predictions": "/absolute/predictions.jsonl", "progress": "/absolute/progress.jsonl" } }
 * ```
 *
 * JSON has one kind of number: `alpha: 1.0` in ml.yaml arrives as `1`. Python code that tells the two apart says
 * `float(params["alpha"])`.
 */
export interface RunDocument {
  /** Keys are added without raising it; a change of meaning raises it. */
  readonly formatVersion: 1;
  readonly project: string;
  readonly step: StepName;
  /** From 0 to 2^32 - 1. The code seeds its random numbers with it. null in the data step. */
  readonly seed: number | null;
  readonly params: JsonObject;
  /**
   * Folders to read, by the names that ml.yaml gives: datasets and upstream models. In `evaluate` also `model`, the
   * trained model of the same seed. All absolute, all read-only.
   */
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: RunOutputs;
}

/** Where the command leaves its results. All absolute. */
export interface RunOutputs {
  /** Empty folder that the data step fills; it owes at least one file. Absent in other steps. */
  readonly data?: string;
  /** Empty folder that `train` fills; it owes at least one file. Absent in other steps. */
  readonly model?: string;
  /** Empty folder that `evaluate` may fill with what people look at: plots, reports. Absent in other steps. */
  readonly files?: string;
  /** File for a JSON object of numbers, flat or nested: see parseMetrics. `train` and `evaluate` owe it by default. */
  readonly metrics: string;
  /**
   * File for JSON Lines, one object an example: see PredictionRow of evaluation. `predictions.csv` or `predictions.parquet` beside it may take its
   * place. Never owed.
   */
  readonly predictions: string;
  /** File to append progress to as it comes, JSON Lines of `{step, of?, metric?: value}`. Never owed. */
  readonly progress: string;
}

/**
 * The text of a run document, keys sorted, indented for those who look at it.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID for parameters that are not JSON.
 */
export function encodeRunDocument(document: RunDocument): Buffer {
  return Buffer.from(prettyJson(document), 'utf8');
}
