import { alphaPerStep } from '../../gate/alpha-per-step.js';
import { decideSuperiorityBinary } from '../../gate/decide-binary.js';
import { seededRng } from '../../kernel/rng.js';
import * as anytime from '../anytime/index.js';
import * as distributions from '../distributions.js';
import * as stats from '../index.js';

type Serve<Input = never> = (input: Input) => unknown;

/** The same draws in every run, so that a case passes always or never. */
const SEED = 20_200_207;

const specialFunctions: Readonly<Record<string, Serve>> = {
  normcdf: ({ x }: { x: number }) => ({ value: distributions.normalCdf(x) }),
  normq: ({ p }: { p: number }) => ({ value: distributions.normalQuantile(p) }),
  tcdf: ({ x, v }: { x: number; v: number }) => ({ value: distributions.studentCdf(x, v) }),
  tq: ({ p, v }: { p: number; v: number }) => ({ value: distributions.studentQuantile(p, v) }),
  betacdf: (i: { x: number; a: number; b: number }) => ({ value: distributions.betaCdf(i.x, i.a, i.b) }),
  betaq: (i: { p: number; a: number; b: number }) => ({ value: distributions.betaQuantile(i.p, i.a, i.b) }),
  chicdf: ({ x, k }: { x: number; k: number }) => ({ value: distributions.chiSquareCdf(x, k) }),
  chiq: ({ p, k }: { p: number; k: number }) => ({ value: distributions.chiSquareQuantile(p, k) }),
  bincdf: (i: { k: number; n: number; p: number }) => ({ value: distributions.binomialCdf(i.k, i.n, i.p) }),
};

const anytimeValid: Readonly<Record<string, Serve>> = {
  'cs-empirical-bernstein': anytime.empiricalBernstein,
  'cs-betting-hedged': anytime.bettingHedged,
  'e-process-one-sided': anytime.eProcessOneSided,
  'cs-normal-mixture': anytime.normalMixtureRadius,
  'boundary-stitched': anytime.stitchedBoundary,
  'msprt-normal': anytime.msprtNormal,
  'cs-asymptotic': anytime.asymptoticRadius,
  'eprocess-beta-mixture': stats.eprocessBetaMixture,
  'canary-null-share': stats.canaryNullShare,
};

/** Files say `>=10000`: at least so many. */
const atLeast = (resamples: number | string): number => Number(String(resamples).replace('>=', ''));

const resampling: Readonly<Record<string, Serve>> = {
  'bootstrap-mean': ({
    resamples,
    ...rest
  }: stats.OfMean & { confidence: number; resamples: number | string }) => {
    const input = { ...rest, resamples: atLeast(resamples), rng: seededRng(SEED) };
    const { lower, upper, percentile, degenerate } = stats.bcaInterval(input);
    return { bca: [lower, upper], percentile, degenerate };
  },
  'bca-acceleration': stats.bcaAcceleration,
  'bca-adjusted-levels': stats.bcaAdjustedLevels,
  'paired-permutation-exact': stats.pairedPermutation,
  'paired-permutation-montecarlo': ({
    resamples,
    ...rest
  }: stats.PairedDifferences & { resamples: string }) =>
    stats.pairedPermutationMonteCarlo({ ...rest, resamples: atLeast(resamples), rng: seededRng(SEED) }),
};

const comparisons: Readonly<Record<string, Serve>> = {
  'mcnemar-exact': stats.mcnemarExact,
  'mcnemar-asymptotic': stats.mcnemarAsymptotic,
  'mcnemar-power-exact': stats.mcnemarPowerExact,
  'mcnemar-sample-size': stats.mcnemarSampleSize,
  'mcnemar-mde': stats.mcnemarMde,
  'tango-ci': stats.tangoInterval,
  'tango-noninferiority': stats.tangoNonInferiority,
  'delong-paired': stats.delongPaired,
  'paired-t': stats.pairedT,
  'tost-paired': stats.tostPaired,
  'nadeau-bengio': stats.nadeauBengio,
  'dietterich-alpaydin-5x2cv': stats.fiveByTwoCv,
  'prob-outperform-paired': stats.probOutperform,
  'noether-sample-size': stats.noetherSampleSize,
  'wilcoxon-signed-rank': stats.wilcoxonSignedRank,
  'mann-whitney': (input: Parameters<typeof stats.mannWhitney>[0]) => {
    const { hodgesLehmannYMinusX, ...rest } = stats.mannWhitney(input);
    return { ...rest, hodgesLehmann_y_minus_x: hodgesLehmannYMinusX };
  },
};

const drift: Readonly<Record<string, Serve>> = {
  'ks-2samp': stats.ks2Sample,
  'wasserstein-1': stats.wasserstein1,
  'mmd2-unbiased-rbf': stats.mmd2,
  'binned-drift': (input: Parameters<typeof stats.binnedDrift>[0]) => {
    const { psi, jensenShannonBits, jensenShannonDistance, p, ...rest } = stats.binnedDrift(input);
    return {
      ...rest,
      psiFloor1e4: psi,
      jensenShannonDivergenceBits: jensenShannonBits,
      jsDistance: jensenShannonDistance,
      pChi2: p,
    };
  },
};

const gate: Readonly<Record<string, Serve>> = {
  wilson: stats.wilson,
  'clopper-pearson': stats.clopperPearson,
  'p-adjust': stats.pAdjust,
  'ladder-parameter-free': stats.ladder,
  'easeml-hoeffding': stats.easemlHoeffding,
  'easeml-bennett': ({
    variance_bound: varianceBound,
    ...rest
  }: stats.EasemlBudget & { variance_bound: number }) => stats.easemlBennett({ ...rest, varianceBound }),
  'easeml-decision': stats.easemlDecision,
  'gate-superiority-binary': decideSuperiorityBinary,
  'reuse-alpha-per-step': (input: Parameters<typeof alphaPerStep>[0]) => ({
    alphaPerStep: alphaPerStep(input),
  }),
};

/** Which function serves the method that a file of reference values names, and how it reads that file's words. */
export const referenceMethods: Readonly<Record<string, Serve<unknown>>> = Object.fromEntries(
  Object.entries({
    ...specialFunctions,
    ...anytimeValid,
    ...resampling,
    ...comparisons,
    ...drift,
    ...gate,
  }).map(([method, serve]) => [method, (input: unknown) => serve(input as never)]),
);
