import { createRequire } from 'node:module';
import { join } from 'node:path';

import { MlError } from '@nx-ml/core/kernel';

const name = 'onnxruntime-node';

/**
 * Where onnxruntime-node is installed: beside this package, or in the folder in which the gateway was started. It is no dependency, since
 * it is 200 MB, its install script downloads, and whoever serves processes of their own, or no models at all, needs none of it.
 *
 * @throws MlError ERR_ML_MODEL_RUNTIME
 */
export function findRuntime(folders: readonly string[] = [__dirname, process.cwd()]): string {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'any.js')).resolve(name);
    } catch {
      // The next folder may have it.
    }
  }
  throw new MlError('ERR_ML_MODEL_RUNTIME', {
    message: `${name} is not installed, which ONNX models are run by`,
    fix: `npm install ${name}, beside @nx-ml/server. Without a network: ONNXRUNTIME_NODE_INSTALL=skip npm install ${name}; the package itself has the CPU's library.`,
  });
}
