/**
 * What we take of yaml, and the only way to it: its package is 70 files, which a process that reads one ml.yaml would load one by
 * one. `tools/pack/core.mjs` puts these names in the place of this file, as of zod. docs/adr/0021-start.md
 */
export {
  Composer,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  parse,
  parseDocument,
  Parser,
  Schema,
  stringify,
  visit,
} from 'yaml';
export type { Alias, CST, Document, Node, Pair, Scalar, YAMLError, YAMLMap } from 'yaml';
