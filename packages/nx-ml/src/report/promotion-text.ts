import { shortDigest } from '@nx-ml/core/kernel';
import type { PromotionPlan } from '@nx-ml/core/registry';

/** One line: which version is champion now, and what was before. */
export function promotionText({ version, from, entries }: PromotionPlan, isDryRun = false): string {
  const now = `v${String(version)}`;
  if (entries.length === 0) return `${now} is the champion already`;
  const [champion] = entries.flatMap((entry) => (entry.type === 'champion' ? [entry] : []));
  if (champion?.model.digest === from?.model.digest)
    return `${isDryRun ? 'would be registered' : 'registered'} as ${now}: its model is the champion already`;
  const verb = isDryRun ? 'would be promoted' : 'promoted';
  return `${verb} to champion as ${now}${from === undefined ? ', the first' : `, in the place of ${beforeText(from)}`}`;
}

function beforeText({ version, model }: NonNullable<PromotionPlan['from']>): string {
  return version === undefined ? `model ${shortDigest(model.digest)}` : `v${String(version)}`;
}
