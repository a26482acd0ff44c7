import type {
  ForeignData,
  ForeignFile,
  ForeignRef,
  FoundFile,
  ListedFrom,
  Whereabouts,
} from '../../interop/foreign/index.js';
import type { HubDataset } from '../../interop/huggingface/index.js';
import type { Digest } from '../../kernel/index.js';
import { DvcData } from './dvc-data.js';
import type { RemoteContext } from './dvc-remotes.js';
import { HubData } from './hub-data.js';
import { LfsObjects } from './lfs-objects.js';

/** Other tools' data as a workspace on this machine sees it. */
export class LocalForeignData implements ForeignData {
  readonly #dvc: DvcData;
  readonly #hub = new HubData();
  readonly #lfs: LfsObjects;

  /** @param root absolute; of the workspace. */
  constructor(root: string, context: RemoteContext) {
    this.#dvc = new DvcData(root, context);
    this.#lfs = new LfsObjects(root);
  }

  async list(ref: ForeignRef, from: ListedFrom): Promise<readonly ForeignFile[] | undefined> {
    return ref.tool === 'dvc' ? this.#dvc.list(ref, from) : this.#hub.list(ref);
  }

  cachedSizes(ref: ForeignRef, files: readonly ForeignFile[]): readonly (number | undefined)[] {
    return ref.tool === 'dvc' ? this.#dvc.cachedSizes(ref, files) : this.#hub.cachedSizes(ref, files);
  }

  find(ref: ForeignRef, file: ForeignFile): Promise<FoundFile | undefined> {
    return ref.tool === 'dvc' ? this.#dvc.find(ref, file) : this.#hub.find(ref, file);
  }

  async fetch(ref: ForeignRef, file: ForeignFile, target: string): Promise<FoundFile | undefined> {
    return ref.tool === 'dvc' ? this.#dvc.fetch(ref, file, target) : undefined;
  }

  whereabouts(ref: ForeignRef): Whereabouts {
    return ref.tool === 'dvc' ? this.#dvc.whereabouts(ref) : this.#hub.whereabouts(ref);
  }

  hubCommit(dataset: HubDataset): string | undefined {
    return this.#hub.commitOf(dataset);
  }

  lfsObject(digest: Digest): Promise<FoundFile | undefined> {
    return this.#lfs.find(digest);
  }
}
