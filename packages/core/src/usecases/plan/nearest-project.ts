import { nearestWord } from '../../manifest/index.js';

/** The mend for a project name that is not there: the most similar one, or all of them. */
export function nearestProject(name: string, known: readonly string[]): string {
  const nearest = nearestWord(name, known);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  if (known.length === 0) return 'The workspace has no ml.yaml yet: create one.';
  return `Projects with an ml.yaml: ${known.slice(0, 20).join(', ')}.`;
}
