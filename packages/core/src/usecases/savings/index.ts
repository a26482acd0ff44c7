/** The ledger of what the caches spared: docs/design/savings.md. */
export { recordSpared } from './record-spared.js';
export type { SparedStep } from './record-spared.js';
export { SavingsLedger } from './savings-ledger.js';
export { copySavings, tellSavings } from './tell-savings.js';
