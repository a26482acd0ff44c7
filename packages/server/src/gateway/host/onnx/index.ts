/** ONNX models, each in a thread of its own, requests joined to batches. docs/design/gateway.md. */
export { openOnnxHost } from './onnx-host.js';
export type { ThreadProgram } from './onnx-thread.js';
export { tryOnnx } from './try-onnx.js';
