/** Something of a DVC project that has no counterpart, or another meaning, and what to do about it. */
export interface ImportNote {
  /** `train`, `dvc.yaml`, `data/raw.dvc`. */
  readonly where: string;
  readonly what: string;
  readonly mend: string;
}
