/** What answers for one model: a thread with its ONNX session, or a process of the user's own. */
export * from './model-host.js';
export { hostOpener } from './open-host.js';
