/** What ml.yaml says of a place in a cluster, with all defaults filled in. */
export interface KubernetesSettings {
  readonly kind: 'kserve' | 'deployment';
  readonly namespace: string;
  /** What objects are called, and begin with. */
  readonly name: string;
  /** Where the bundle of a model is, with `{model}`, `{digest}` and `{hex}` in it. */
  readonly bundle: string;
  /** For `deployment`: the image that serves. */
  readonly image: string;
  readonly port: number;
  readonly replicas: number;
  /** For `kserve`: the name of the model's format, by which it chooses a runtime. */
  readonly format: string;
  /** An image with kubectl and a shell, for the job that ends leases; none where there is no such job. */
  readonly leaseImage?: string | undefined;
  readonly prometheus?: PrometheusQueries | undefined;
}

/** Instant queries that give one number each, of all that was ever counted; `{revision}` stands for what answers. */
export interface PrometheusQueries {
  readonly url: string;
  readonly requests: string;
  readonly errors: string;
  readonly slow: string;
}
