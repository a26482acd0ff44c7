/** What the caches saved, and what that is worth. Pure. docs/design/savings.md */
export { costOf, parsePrices } from './prices.js';
export type { Prices, Spent } from './prices.js';
