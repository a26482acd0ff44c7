import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { Outcome } from '../traffic.js';

/** Of one model, release and arm, looked up once: that costs more than counting. */
interface Meter {
  readonly answers: Map<number, Counter.Internal>;
  readonly seconds: Histogram.Internal<string>;
}

const labelNames = ['model', 'version', 'arm'] as const;

/** As many series as this are kept; older ones go, and Prometheus keeps what it has read. */
const mostMeters = 200;

/** What Prometheus reads. Labels are models and versions that are served, never what a client wrote. */
export class GatewayMetrics {
  readonly registry = new Registry();
  readonly #requests = new Counter({
    name: 'nx_ml_gateway_requests_total',
    help: 'Inference requests answered, by who answered',
    labelNames: [...labelNames, 'status'],
    registers: [this.registry],
  });
  readonly #seconds = new Histogram({
    name: 'nx_ml_gateway_request_seconds',
    help: 'From the whole request to the whole answer, within the gateway',
    labelNames: [...labelNames],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
    registers: [this.registry],
  });
  readonly #feedback = new Counter({
    name: 'nx_ml_gateway_feedback_total',
    help: 'Feedback that was believed',
    labelNames: ['service', 'bad'],
    registers: [this.registry],
  });
  readonly #meters = new Map<string, Meter>();

  /** @param readiness of the models of baselines, by name */
  constructor(readiness: () => readonly (readonly [string, boolean])[]) {
    collectDefaultMetrics({ register: this.registry });
    // It registers itself.
    new Gauge({
      name: 'nx_ml_gateway_model_ready',
      help: '1 where the model of the baseline can answer',
      labelNames: ['model'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [model, isReady] of readiness()) this.set({ model }, isReady ? 1 : 0);
      },
    });
  }

  onOutcome({ model, arm, status, took }: Outcome): void {
    const meter = this.#meterOf(model?.name ?? 'none', model?.version ?? 'none', arm ?? 'none');
    let answers = meter.answers.get(status);
    if (answers === undefined) {
      const labels = { model: model?.name ?? 'none', version: model?.version ?? 'none', arm: arm ?? 'none' };
      answers = this.#requests.labels({ ...labels, status: String(status) });
      meter.answers.set(status, answers);
    }
    answers.inc();
    meter.seconds.observe(took / 1000);
  }

  onFeedback(service: string, isBad: boolean): void {
    this.#feedback.inc({ service, bad: String(isBad) });
  }

  #meterOf(model: string, version: string, arm: string): Meter {
    const key = `${model} ${version} ${arm}`;
    const known = this.#meters.get(key);
    if (known !== undefined) return known;
    if (this.#meters.size >= mostMeters) this.#dropOldest();
    const meter = { answers: new Map(), seconds: this.#seconds.labels({ model, version, arm }) };
    this.#meters.set(key, meter);
    return meter;
  }

  #dropOldest(): void {
    const [oldest] = this.#meters.entries();
    if (oldest === undefined) return;
    const [key, { answers }] = oldest;
    const [model = '', version = '', arm = ''] = key.split(' ');
    this.#meters.delete(key);
    this.#seconds.remove({ model, version, arm });
    for (const status of answers.keys())
      this.#requests.remove({ model, version, arm, status: String(status) });
  }
}
