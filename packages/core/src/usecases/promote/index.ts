/** Makes a packaged model the champion, on evidence. docs/design/registry.md */
export { promoteModel } from './promote-model.js';
export type { PromotionRequest } from './promote-model.js';
