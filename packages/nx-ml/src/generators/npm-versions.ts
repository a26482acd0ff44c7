/** Exact versions of what a new workspace or a generated model installs: those that our own tests run with. */
export const npmVersions = {
  nx: '23.2.1',
  '@tensorflow/tfjs': '4.22.0',
  'onnxruntime-node': '1.30.0',
} as const;
