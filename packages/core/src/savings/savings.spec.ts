import fc from 'fast-check';

import { MlError } from '../kernel/index.js';
import {
  costOf,
  decodeSavingsEntry,
  encodeSavingsEntry,
  monthSaved,
  monthsUpTo,
  parsePrices,
} from './index.js';
import type { SavingsEntry } from './index.js';

const hex = (digit: string): string => digit.repeat(64);
const entry: SavingsEntry = {
  formatVersion: 1,
  id: 'a'.repeat(32),
  at: '2026-11-27T20:00:00.000Z',
  by: 'nx',
  spared: [
    { project: 'mail', step: 'train', gpus: 2, runs: [hex('1'), hex('2')], ms: 3_600_000 },
    { project: 'mail', step: 'evaluate', gpus: 0, runs: [hex('3')] },
    { project: 'digits', step: 'train', gpus: 0, runs: [hex('4')], ms: 1000 },
  ],
};

describe('Savings', () => {
  it('come to time by model, what it held, and what nobody knows the time of', () => {
    expect(monthSaved('2026-11', [entry])).toEqual({
      month: '2026-11',
      ...{ ms: 3_601_000, gpuMs: 7_200_000, runs: 3, unknown: 1 },
      projects: [
        { project: 'mail', ms: 3_600_000, gpuMs: 7_200_000, runs: 2, unknown: 1 },
        { project: 'digits', ms: 1000, gpuMs: 0, runs: 1, unknown: 0 },
      ],
    });
  });

  it('count an entry once, however many ways it came by', () => {
    const other = { ...entry, id: 'b'.repeat(32) };
    expect(monthSaved('2026-11', [entry, other, entry]).ms).toBe(2 * 3_601_000);
  });

  it('are read as they were written, and nothing else is', () => {
    expect(decodeSavingsEntry(encodeSavingsEntry(entry))).toEqual(entry);
    for (const broken of [
      { ...entry, id: 'x' },
      { ...entry, spared: [] },
      { ...entry, spared: [{ ...entry.spared[0], runs: ['sha256:x'] }] },
      { ...entry, spared: [{ ...entry.spared[0], ms: -1 }] },
      { ...entry, more: 1 },
      { ...entry, formatVersion: 2 },
      null,
    ])
      expect(() => decodeSavingsEntry(broken)).toThrow(MlError);
  });

  it('keep nothing from being collected: no digest stands in an entry', () => {
    expect(JSON.stringify(encodeSavingsEntry(entry))).not.toContain('sha256:');
  });

  it('cost what the workspace says that an hour costs', () => {
    const spent = { ms: 7_200_000, gpuMs: 3_600_000 };
    expect(costOf(spent, parsePrices({ hour: 0.1, gpu: 2.5, currency: 'EUR' }))).toBeCloseTo(2.7);
    expect(costOf(spent, parsePrices({ gpu: 2.5 }))).toBeCloseTo(2.5);
    expect(costOf(spent, parsePrices({}))).toBeUndefined();
    expect(costOf(spent, parsePrices(undefined))).toBeUndefined();
    for (const wrong of [
      1,
      'x',
      { hour: -1 },
      { gpu: '2' },
      { euro: 1 },
      { hour: Infinity },
      { currency: '<b>' },
    ])
      expect(() => parsePrices(wrong)).toThrow(MlError);
  });

  it('are told by month, newest first, over the turn of a year', () => {
    expect(monthsUpTo(Date.UTC(2026, 1, 28, 23, 59), 3)).toEqual(['2026-02', '2026-01', '2025-12']);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (now) => {
        const months = monthsUpTo(now, 13);
        expect(new Set(months).size).toBe(13);
        expect(months[0]).toBe(new Date(now).toISOString().slice(0, 7));
        expect([...months].sort().reverse()).toEqual(months);
      }),
    );
  });
});
