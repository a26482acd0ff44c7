import type { OpenHost } from './model-host.js';

/**
 * Who opens which kind of model. Loaded when the first of its kind is: a gateway of processes needs nothing of ONNX.
 *
 * @param env the whole environment of processes of the user's own
 */
export function hostOpener(env: Readonly<Record<string, string | undefined>>): OpenHost {
  return async (options) => {
    if (options.serving.runtime.kind === 'command') {
      const { openCommandHost } = await import('./command/index.js');
      return openCommandHost(options, env);
    }
    const { openOnnxHost, tryOnnx } = await import('./onnx/index.js');
    await tryOnnx(options);
    return openOnnxHost(options);
  };
}
