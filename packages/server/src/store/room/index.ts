/** How much the store may hold, and what of it goes first. docs/design/cache.md, "Room"; docs/adr/0033 */
export { countStore } from './count-store.js';
export { planRoom, planUnused } from './plan-room.js';
export type { StoreQuotas } from './plan-room.js';
export { readScopeStore } from './read-scope-store.js';
export { removeUnits } from './remove-units.js';
export { StoreRoom } from './store-room.js';
export type { StoreUnit } from './store-unit.js';
export { restMs, StoreUses } from './store-uses.js';
