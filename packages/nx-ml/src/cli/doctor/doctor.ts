import { styleText } from 'node:util';

import { diagnose, headline } from '@nx-ml/core/doctor';
import type { Diagnosis } from '@nx-ml/core/doctor';

import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { findWorkspaceRoot } from '../workspace-root.js';
import { diagnosisText } from './diagnosis-text.js';
import { gatherFacts } from './gather-facts.js';

const help = `nx-ml doctor [--json]

Looks at git, Nx, Node, Python and its packages, data that git ignores, Nx's cache and the store, and tells what is
wrong with each and how to mend it. Changes nothing.

  ok        looked at, and well
  note      works; good to know
  warning   works today, and will surprise somebody
  problem   a run fails, or its result cannot be trusted

  --json   one document: {formatVersion, headline, counts, findings: [{group, check, grade, about, says, mend}]}

Exit code 1 when there is a problem, else 0.

Examples
  nx-ml doctor
  nx-ml doctor --json | jq '.findings[] | select(.grade == "problem")'
`;

export const doctor: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    if (positionals.length > 0) throw usageError('nx-ml doctor takes no argument', help);
    const diagnosis = diagnose(await gatherFacts(findWorkspaceRoot(io.cwd), process.env));
    io.write(values.json === true ? jsonText(diagnosis) : diagnosisText(diagnosis, { paint }));
    return diagnosis.counts.problem === 0 ? 0 : 1;
  },
};

/** Plain where standard output is no terminal or NO_COLOR is set. */
function paint(style: Parameters<typeof styleText>[0], text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

function jsonText(diagnosis: Diagnosis): string {
  const findings = diagnosis.groups.flatMap(({ title, findings: all }) =>
    all.map((finding) => ({ group: title, ...finding })),
  );
  const document = { formatVersion: 1, headline: headline(diagnosis), counts: diagnosis.counts, findings };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
