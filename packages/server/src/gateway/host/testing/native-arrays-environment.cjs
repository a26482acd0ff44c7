const { TestEnvironment } = require('jest-environment-node');

/**
 * jest gives each spec a world of its own, with typed arrays that are not those of native code: onnxruntime's answers would be of no type
 * that it knows itself. Here both have the same.
 */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const type of [
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
      Uint8Array,
      Uint16Array,
      Uint32Array,
      Int8Array,
      Int16Array,
      Int32Array,
    ])
      this.global[type.name] = type;
  }
};
