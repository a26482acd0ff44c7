/** As much of WebAssembly's interface as we use; the types of Node leave it to those of browsers. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

/** docs: cut.wat. */
export type Scan = (at: number, end: number, limit: number) => number;

interface CutExports {
  readonly scan: Scan;
  readonly hash: { value: number };
}

declare const WebAssembly: {
  readonly Memory: new (of: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => SharedMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: CutExports };
};

const page = 64 * 1024;
/** As cut.wat declares it. */
const mostPages = 65536;

export function makeMemory(bytes: number): SharedMemory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / page), maximum: mostPages, shared: true });
}

export function instantiate(bytes: Uint8Array, memory: SharedMemory): CutExports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
}
