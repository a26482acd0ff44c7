/**
 * What our schemas take of zod, and the only way to it. Loaded whole, zod is 95 files, most of them translations, and a third
 * of the start of a command; `tools/pack/core.mjs` puts in the place of this file, in what is published, these names and what they
 * need. docs/adr/0021-start.md
 */
export {
  array,
  boolean,
  custom,
  discriminatedUnion,
  enum,
  int,
  iso,
  literal,
  number,
  object,
  record,
  strictObject,
  string,
  toJSONSchema,
  union,
  unknown,
  ZodArray,
  ZodObject,
  ZodOptional,
  ZodUnion,
} from 'zod';
export type { infer, ZodLiteral, ZodString, ZodType } from 'zod';
