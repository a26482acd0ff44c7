import { MlError } from '../kernel/index.js';
import * as z from '../kernel/zod.js';

/** What machines cost, as the workspace says. */
export interface Prices {
  /** An hour of a command, whatever it holds. */
  readonly hour?: number | undefined;
  /** An hour of one GPU, beside that. */
  readonly gpu?: number | undefined;
  /** How amounts are told: `EUR`. */
  readonly currency?: string | undefined;
}

/** Time of commands. */
export interface Spent {
  /** Milliseconds, one command after the other. */
  readonly ms: number;
  /** The same times the GPUs that were held. */
  readonly gpuMs: number;
}

const price = z.number().min(0).max(1e9).optional();
const schema: z.ZodType<Prices> = z.strictObject({
  hour: price,
  gpu: price,
  currency: z
    .string()
    .regex(/^[A-Za-z]{1,10}$/)
    .optional(),
});

/** @param value what the plugin's options hold. @throws MlError ERR_ML_CONFIG_INVALID */
export function parsePrices(value: unknown): Prices | undefined {
  if (value === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new MlError('ERR_ML_CONFIG_INVALID', {
    message: `nx.json: the option "prices" of nx-ml cannot be ${(JSON.stringify(value) as string | undefined)?.slice(0, 200) ?? typeof value}`,
    fix: 'Write prices of an hour, of a GPU-hour, and the currency: { "hour": 0.1, "gpu": 2.5, "currency": "EUR" }.',
  });
}

const msPerHour = 3_600_000;

/** @returns an amount in the currency of the prices; undefined without prices. */
export function costOf({ ms, gpuMs }: Spent, prices: Prices | undefined): number | undefined {
  if (prices?.hour === undefined && prices?.gpu === undefined) return undefined;
  return ((prices.hour ?? 0) * ms + (prices.gpu ?? 0) * gpuMs) / msPerHour;
}
