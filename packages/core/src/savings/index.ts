/** What the caches saved, and what that is worth. Pure. docs/design/savings.md */
export { costOf, parsePrices } from './prices.js';
export type { Prices, Spent } from './prices.js';
export {
  decodeSavingsEntry,
  encodeSavingsEntry,
  monthOf,
  monthsUpTo,
  mostRuns,
  mostSpared,
} from './savings-entry.js';
export type { SavingsEntry, SparedRuns } from './savings-entry.js';
export { distinctEntries, monthSaved } from './summary.js';
export type { MonthSaved, Saved } from './summary.js';
