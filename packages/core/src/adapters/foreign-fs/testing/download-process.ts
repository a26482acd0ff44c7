/** `download-process.ts <url> <folder> <mark>` downloads until it is done or killed. */
import { HttpDownloads } from '../http-downloads.js';

async function main([url = '', folder = '', mark = '']: readonly string[]): Promise<void> {
  await new HttpDownloads({ folder, mark, hasEnded: (other) => other !== mark }).bring(url, undefined, () =>
    Promise.resolve(),
  );
}

void main(process.argv.slice(2));
