/** Points of a line or a cloud; both coordinates finite. */
export interface Series {
  /** `now`, `before`. */
  readonly of: 'now' | 'before';
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface Curve {
  readonly series: readonly Series[];
}

/** What is drawn of a model's answers, in numbers. */
export type Plot =
  | ({ readonly kind: 'roc' | 'precision-recall'; readonly positive: string } & Curve)
  /** Mean score against share of the class, by bins of ten. */
  | ({ readonly kind: 'calibration'; readonly positive: string } & Curve)
  | {
      readonly kind: 'confusion';
      readonly classes: readonly string[];
      /** By label, then by answer. */
      readonly counts: readonly (readonly number[])[];
    }
  /** Answer against answer minus label. */
  | ({ readonly kind: 'residuals'; readonly left: number } & Curve);
