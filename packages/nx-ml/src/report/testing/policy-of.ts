import type { GatePolicy } from '@nx-ml/core/gate';
import { gatePolicyOf, parseMlYaml } from '@nx-ml/core/manifest';

/** What a model asks that has this behind `gate:` in its ml.yaml. */
export function policyOf(gate: string): GatePolicy {
  const text = `kind: model\ntrain: { command: t }\nevaluate: { command: e }\ngate: ${gate}\n`;
  const result = parseMlYaml(text, 'ml.yaml');
  const policy = result.ok ? gatePolicyOf(result.config) : undefined;
  if (policy === undefined) throw new Error(`no gate: ${gate}`);
  return policy;
}
