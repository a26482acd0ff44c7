/** Exact versions of what a new workspace or a generated model installs: those that our own tests run with. */
export const npmVersions = {
  nx: '23.2.1',
  '@tensorflow/tfjs': '4.22.0',
  'onnxruntime-node': '1.30.0',
} as const;

/**
 * Packages whose install scripts come with these and that work without: core-js prints a request, onnxruntime-node
 * fetches the runtime for CUDA.
 */
export const needlessScripts: Readonly<Record<string, string>> = {
  '@tensorflow/tfjs': 'core-js',
  'onnxruntime-node': 'onnxruntime-node',
};
