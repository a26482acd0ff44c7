// IDX, the format of the MNIST files: a magic number (type and number of dimensions), each dimension
// as a big-endian 32-bit integer, then the values. Only unsigned bytes are spoken here.
// http://yann.lecun.com/exdb/mnist/ describes it at the bottom of the page.
const unsignedByte = 0x08;

/** @param {number[]} shape @param {Uint8Array} values as many as the shape's product, last dimension fastest */
export function encodeIdx(shape, values) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt16BE((unsignedByte << 8) | shape.length, 2);
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, values]);
}

/** @param {Buffer} bytes @returns {{ shape: number[], values: Uint8Array }} values share memory with bytes */
export function decodeIdx(bytes) {
  if (bytes.readUInt16BE(0) !== 0 || bytes[2] !== unsignedByte)
    throw new Error('not an IDX file of unsigned bytes');
  const shape = Array.from({ length: bytes[3] }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const values = bytes.subarray(4 + 4 * shape.length);
  const expected = shape.reduce((product, size) => product * size, 1);
  if (values.length !== expected)
    throw new Error(`IDX of ${shape.join(' x ')} holds ${values.length} values`);
  return { shape, values };
}
