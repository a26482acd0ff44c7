import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { avgPool, tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import { decodeIdx } from '../../libs/idx/index.mjs';

/**
 * One part of the digits, as tensors. Images are halved to 14 x 14: training takes a third of the time,
 * and the validation accuracy stays within half a point.
 *
 * @param {'train' | 'validation' | 'test'} part
 * @returns images: [count, 14, 14, 1], greys from 0 (paper) to 1 (ink); labels: [count], 0 to 9
 */
export function readDigits(folder, part) {
  const read = (kind) => decodeIdx(readFileSync(join(folder, `${part}-${kind}.idx`)));
  const { shape, values } = read('images');
  return {
    images: imagesOf(values, shape[0]),
    labels: tensor1d(read('labels').values, 'float32'),
  };
}

/** Bytes of images of 28 x 28, as the network takes them: in training and in serving alike. */
export function imagesOf(bytes, count) {
  const greys = Float32Array.from(bytes, (byte) => byte / 255);
  return avgPool(tensor4d(greys, [count, 28, 28, 1]), 2, 2, 'valid');
}
