import { serve } from '../../libs/serving/index.mjs';
import { imagesOf } from './images.mjs';
import { loadNetwork, startBackend } from './network.mjs';

await startBackend();

await serve(async (folder) => {
  const network = await loadNetwork(folder);
  return ({ images }) => {
    const count = images.length / (28 * 28);
    const data = Array.from(network.predict(imagesOf(images, count)).dataSync());
    return [{ name: 'probabilities', datatype: 'FP32', shape: [count, 10], data }];
  };
});
