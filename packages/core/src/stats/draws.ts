import type { Rng } from '../kernel/rng.js';

/** Below this mean, counting down the probabilities is the faster way. */
const INVERSION_BELOW = 10;

/** A draw from Binomial(n, p): by inversion where the mean is small, else by rejection (Hörmann 1993, BTRS). */
export function drawBinomial(rng: Rng, n: number, p: number): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(rng, n, 1 - p);
  return n * p < INVERSION_BELOW ? byInversion(rng, n, p) : byRejection(rng, n, p);
}

function byInversion(rng: Rng, n: number, p: number): number {
  const odds = p / (1 - p);
  let probability = Math.exp(n * Math.log1p(-p));
  let left = rng.uniform();
  let successes = 0;
  while (left > probability && successes < n) {
    left -= probability;
    successes++;
    probability *= (odds * (n - successes + 1)) / successes;
  }
  return successes;
}

function byRejection(rng: Rng, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const quick = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = 1 - rng.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (k < 0 || k > n) continue;
    if (us >= 0.07 && v <= quick) return k;
    const ratio = logMassRatio({ n, p, mode }, k);
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= ratio) return k;
  }
}

/** ln of the probability of k over that of the mode. */
function logMassRatio({ n, p, mode }: { n: number; p: number; mode: number }, k: number): number {
  return (
    logFactorial(mode) +
    logFactorial(n - mode) -
    logFactorial(k) -
    logFactorial(n - k) +
    (k - mode) * Math.log(p / (1 - p))
  );
}

/** Stirling's series; exact to a double from 10 on. */
function logFactorial(k: number): number {
  if (k < 10) return Math.log(FACTORIALS[k] ?? 1);
  const x = k + 1;
  const tail = (1 / 12 - (1 / 360 - 1 / 1260 / x ** 2) / x ** 2) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + tail;
}

const FACTORIALS = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880];
