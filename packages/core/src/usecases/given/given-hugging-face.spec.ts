import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { digestOf, hexOf } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import { dataOf, datasetOf, failed } from '../testing/data-of-others.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { newWorkspace, removeWorkspaces } from '../testing/small-workspace.js';

afterEach(removeWorkspaces);

describe('a dataset of the Hugging Face cache', () => {
  const commit = 'c'.repeat(40);
  const large = 'parquet'.repeat(20);
  const small = '# card\n';
  const blobSha1 = createHash('sha1')
    .update(`blob ${String(small.length)}\0${small}`)
    .digest('hex');
  const before = process.env['HF_HUB_CACHE'];
  const caches: string[] = [];

  afterEach(() => {
    for (const cache of caches.splice(0)) rmSync(cache, { recursive: true, force: true });
    if (before === undefined) delete process.env['HF_HUB_CACHE'];
    else process.env['HF_HUB_CACHE'] = before;
  });

  function hub(source: string, { blob = large, link = '' } = {}): FakeMachine {
    const cache = mkdtempSync(join(tmpdir(), 'nx-ml-hub-'));
    caches.push(cache);
    process.env['HF_HUB_CACHE'] = cache;
    const folder = join(cache, 'datasets--org--name');
    const names = { [hexOf(digestOf(large))]: blob, [blobSha1]: small };
    for (const [name, text] of Object.entries(names)) put(join(folder, 'blobs', name), text);
    put(join(folder, 'refs/main'), commit);
    mkdirSync(join(folder, 'snapshots', commit, 'data'), { recursive: true });
    symlinkSync(
      `../../../blobs/${hexOf(digestOf(large))}`,
      join(folder, 'snapshots', commit, 'data/train.parquet'),
    );
    symlinkSync(`../../blobs/${blobSha1}`, join(folder, 'snapshots', commit, 'README.md'));
    if (link !== '') symlinkSync(link, join(folder, 'snapshots', commit, 'data/more.parquet'));
    const machine = newWorkspace();
    machine.write(datasetOf(source));
    return machine;
  }

  function put(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o444);
  }

  it('is the tree of its snapshot, or of the files that are named', async () => {
    const whole = digestOf(
      encodeTree([
        { path: 'README.md', digest: digestOf(small), size: small.length },
        { path: 'data/train.parquet', digest: digestOf(large), size: large.length },
      ]),
    );
    expect(await dataOf(hub(`hf: org/name@${commit}`))).toBe(whole);
    const named = `hf: { name: org/name@${commit}, files: ["data/*.parquet"] }`;
    expect(await dataOf(hub(named))).toBe(
      digestOf(encodeTree([{ path: 'data/train.parquet', digest: digestOf(large), size: large.length }])),
    );
  });

  it('by a branch is refused, with the commit that it was', async () => {
    const failure = dataOf(hub('hf: org/name@main'));
    await expect(failure).rejects.toEqual(failed('ERR_ML_CONFIG_INVALID', 'only a commit pins'));
    await expect(failure).rejects.toMatchObject({
      fix: expect.stringContaining(`hf: org/name@${commit}`) as string,
    });
  });

  it('that was not downloaded names the command that does', async () => {
    const failure = dataOf(hub(`hf: org/other@${commit}`));
    await expect(failure).rejects.toMatchObject({
      code: 'ERR_ML_DATA_MISSING',
      fix: `Download it: hf download org/other --repo-type dataset --revision ${commit}`,
    });
  });

  it('with a damaged blob is refused', async () => {
    await expect(dataOf(hub(`hf: org/name@${commit}`, { blob: large.replace('p', 'P') }))).rejects.toEqual(
      failed('ERR_ML_FOREIGN_DAMAGED', 'is not what the name of its blob says'),
    );
  });

  it.each(['/etc/passwd', '../../../../models--org--name/blobs/x', '../../../refs/main', 'nowhere'])(
    'with a link to %s is refused',
    async (link) => {
      await expect(dataOf(hub(`hf: org/name@${commit}`, { link }))).rejects.toMatchObject({
        code: 'ERR_ML_PATH_UNSAFE',
      });
    },
  );
});
