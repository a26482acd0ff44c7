/**
 * Params files as DVC reads them (YAML, JSON, TOML, Python), as values and back. What a file holds besides values that JSON
 * has, such as dates, sets and code, is told with its place: an import never drops it unseen.
 */
export { paramsFileText } from './params-text.js';
export { paramValues, hasValues, readParams } from './read-params.js';
export { selectParams } from './select-params.js';
export type { ParamsReading, Uncarried } from './reading.js';
