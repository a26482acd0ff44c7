import type { Deployed, Scene } from './scene.js';

/** One thing that goes wrong, and what holds all the same: a line of the table in docs/design/deploy.md. */
export interface FaultRow {
  readonly fault: string;
  /** How it is brought about. */
  readonly how: string;
  /** What users have of it. */
  readonly users: string;
  /** What the journal says. */
  readonly history: string;
  /** The good release may answer 503 for a moment: a clear refusal. */
  readonly mayRefuse?: true;
  /** Brings it about. @returns how the deployment ended that met it, and what it said */
  run(scene: Scene): Promise<Deployed>;
  readonly outcome: RegExp;
  readonly told: RegExp;
  /** What the journal has of it, in order: types of entries, or how they ended, with a space between. */
  readonly entries: RegExp;
}
