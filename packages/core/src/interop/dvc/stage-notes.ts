import type { ImportNote } from './note.js';
import type { DvcStage, StageOut } from './stage.js';
import { holdsMetrics } from './stage-files.js';

/** What a stage says that has no counterpart, or another meaning. */
export function stageNotes(stage: DvcStage): readonly ImportNote[] {
  const note = (what: string, mend: string): ImportNote => ({ where: stage.name, what, mend });
  return [
    ...(stage.alwaysChanged
      ? [
          note(
            'always_changed',
            'It runs when an input changes, and is restored otherwise. Declare what it reads besides: `environment: { env: [DAY] }` in ml.yaml, and DAY=$(date -I) before nx.',
          ),
        ]
      : []),
    ...(stage.hasMeta ? [note('meta', 'It stays in dvc.yaml, where the programs that read it look.')] : []),
    ...stage.outs.flatMap((out) => outNotes(out, note)),
    ...stage.outs
      .filter(({ path, kind }) => kind === 'metrics' && !holdsMetrics(path))
      .map(({ path }) =>
        note(`the metrics in ${path}`, 'Write them as JSON or YAML. The file itself is kept.'),
      ),
    ...stage.commands.filter(needsBash).map((command) => {
      const mend = "DVC runs commands with your $SHELL, nx-ml with sh. Write bash -c '...' around it.";
      return note(`the shell of: ${command}`, mend);
    }),
  ];
}

const alike = new Set(['cache', 'desc']);

function outNotes(
  { path, settings }: StageOut,
  note: (what: string, mend: string) => ImportNote,
): readonly ImportNote[] {
  const kept = ['persist', 'checkpoint'].filter((key) => settings[key] === true);
  const others = Object.keys(settings).filter(
    (key) => !alike.has(key) && !['persist', 'checkpoint'].includes(key),
  );
  return [
    ...kept.map((key) =>
      note(
        `${key} of ${path}`,
        'Every run starts without it: a result that depends on the one before belongs to no known input.',
      ),
    ),
    ...(others.length === 0
      ? []
      : [
          note(
            `${others.join(', ')} of ${path}`,
            'The file itself is kept; how it is drawn and shared stays in DVC.',
          ),
        ]),
  ];
}

/** Told by the forms of bash that are both common and unknown to sh. */
function needsBash(command: string): boolean {
  return /(?:^|\s)(?:\[\[|source\s)|<\(|<<<|&>|\$'/.test(command);
}
