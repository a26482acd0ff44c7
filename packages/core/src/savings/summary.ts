import { compareText } from '../kernel/index.js';
import type { Spent } from './prices.js';
import type { SavingsEntry, SparedRuns } from './savings-entry.js';

export interface Saved extends Spent {
  /** Runs that were spared and whose time is known. */
  readonly runs: number;
  /** Runs that were spared, and nobody knows how long they took. */
  readonly unknown: number;
}

export interface MonthSaved extends Saved {
  /** `2026-11`. */
  readonly month: string;
  /** Most time first. */
  readonly projects: readonly (Saved & { readonly project: string })[];
}

/** An entry each, however many ways it came by; oldest first. */
export function distinctEntries(entries: readonly SavingsEntry[]): readonly SavingsEntry[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => compareText(a.at, b.at) || compareText(a.id, b.id));
}

/** What a month’s entries come to, in all and by project. */
export function monthSaved(month: string, entries: readonly SavingsEntry[]): MonthSaved {
  const spared = distinctEntries(entries).flatMap((entry) => entry.spared);
  const names = [...new Set(spared.map(({ project }) => project))];
  const projects = names.map((project) => ({
    project,
    ...total(spared.filter((one) => one.project === project)),
  }));
  projects.sort((a, b) => b.ms - a.ms || compareText(a.project, b.project));
  return { month, ...total(spared), projects };
}

function total(spared: readonly SparedRuns[]): Saved {
  let [ms, gpuMs, runs, unknown] = [0, 0, 0, 0];
  for (const one of spared) {
    if (one.ms === undefined) unknown += one.runs.length;
    else runs += one.runs.length;
    ms += one.ms ?? 0;
    gpuMs += (one.ms ?? 0) * one.gpus;
  }
  return { ms, gpuMs, runs, unknown };
}
