import type { HostOptions, ModelHost, OpenHost } from '../model-host.js';
import { InferenceFailure } from '../../protocol/index.js';
import type { InferenceRequest, Tensor } from '../../protocol/index.js';

/** What a fake model does with a request. */
export type Script = (request: InferenceRequest) => Promise<readonly Tensor[]> | readonly Tensor[];

/** Hosts that do what a test says, and tell which are open. */
export class FakeHosts {
  readonly open: OpenHost = (options) => Promise.resolve(this.#start(options));
  /** Folders of the models that are open, in the order in which they came. */
  readonly folders: string[] = [];
  readonly #scripts = new Map<string, Script>();

  /** From now on models of this folder answer so. */
  script(folder: string, script: Script): void {
    this.#scripts.set(folder, script);
  }

  #start({ folder, serving, limits }: HostOptions): ModelHost {
    const script = this.#scripts.get(folder);
    if (script === undefined) throw new Error(`Nothing is scripted for ${folder}.`);
    this.folders.push(folder);
    const under = new Set<Promise<unknown>>();
    let isOpen = true;
    return {
      metadata: { name: serving.name, platform: 'fake', ...serving.signature },
      get isReady() {
        return isOpen;
      },
      infer: async (request) => {
        if (!isOpen) throw new InferenceFailure('unavailable', 'the model is not served any more');
        if (under.size >= limits.queue) throw new InferenceFailure('busy', 'it is busy');
        const answer = Promise.resolve().then(() => (this.#scripts.get(folder) ?? script)(request));
        under.add(answer);
        try {
          const outputs = await answer;
          return serving.signature.outputs
            .filter(({ name }) => request.outputs?.includes(name) ?? true)
            .flatMap(({ name }) => outputs.filter((output) => output.name === name));
        } finally {
          under.delete(answer);
        }
      },
      close: async () => {
        if (isOpen) this.folders.splice(this.folders.indexOf(folder), 1);
        isOpen = false;
        await Promise.allSettled(under);
      },
    };
  }
}
