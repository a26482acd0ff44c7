import type { ExitStatus } from './exit-status.js';

/** What the launcher is asked to start. */
export interface LaunchRequest {
  /** Names the job in every answer about it. */
  readonly id: number;
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of the file that takes both outputs. */
  readonly logFile: string;
}

/** From us to the launcher. */
export type ToLauncher = { readonly launch: LaunchRequest } | { readonly forget: number };

/** From the launcher to us: each job is started and exits, or is refused. */
export type FromLauncher =
  | { readonly id: number; readonly pid: number }
  | { readonly id: number; readonly refused: string }
  | { readonly id: number; readonly exit: ExitStatus };
