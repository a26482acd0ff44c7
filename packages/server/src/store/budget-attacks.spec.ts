import { budgetState, encodeBudgetEntry } from '@nx-ml/core/gate';
import type { BudgetEntry, BudgetState } from '@nx-ml/core/gate';
import { open, override, question, retire, step } from '@nx-ml/core/gate/testing';
import type { JsonObject } from '@nx-ml/core/kernel';
import { RemoteJournal } from '@nx-ml/core/remote';
import { encodeJournalEntry, maxJournalEntryBytes } from '@nx-ml/core/store';
import type { JournalEntry } from '@nx-ml/core/store';

import { openStoreRig } from './testing/store-rig.js';
import type { StoreRig } from './testing/store-rig.js';

const journal = 'gate/w/mails';
const [a, b, c] = [question('a'), question('b'), question('c')];

interface Answer {
  readonly status: number;
  readonly text: string;
}

describe('against the budget of a test set that is served', () => {
  let rig: StoreRig;
  beforeEach(async () => {
    rig = await openStoreRig();
  });
  afterEach(() => rig.close());

  const read = (): Promise<readonly JournalEntry[]> =>
    new RemoteJournal(rig.client('protected')).read(journal);
  const state = async (): Promise<BudgetState> => budgetState((await read()).map(({ payload }) => payload));

  /** As a client that checks nothing. */
  async function put(token: string, sequence: number, body: Uint8Array): Promise<Answer> {
    const name = `journals/${journal}/${String(sequence).padStart(8, '0')}.json`;
    const headers = { 'if-none-match': '*' };
    const answer = await rig.server.ask('PUT', `/v1/store/blobs/${name}`, {
      token,
      headers,
      body: Buffer.from(body),
    });
    return { status: answer.status, text: String(answer.body) };
  }

  /** Behind what stands. */
  async function tryTo(token: string, payload: JsonObject): Promise<Answer> {
    const after = (await read()).at(-1);
    const { entry, bytes } = encodeJournalEntry({ name: journal, after, payload });
    return put(token, entry.sequence, bytes);
  }

  async function append(token: string, ...entries: readonly BudgetEntry[]): Promise<void> {
    for (const entry of entries)
      expect(await tryTo(token, encodeBudgetEntry(entry))).toMatchObject({ status: 201 });
  }

  it('a pull request opens it, spends of it, and finds what it spent', async () => {
    await append('pr-7', open({ steps: 2 }), step(a));
    await append('pr-8', step(b));
    expect(await state()).toMatchObject({ stepsUsed: 2, exhausted: 'steps' });
  });

  it.each(['pr-7', 'user-ada', `branch-${'0'.repeat(24)}`])(
    '%s neither retires it nor overrides a verdict, under whatever name',
    async (scope) => {
      await append('protected', open(), step(a));
      for (const entry of [retire(), retire('mails'), override(a), { ...override(b), by: 'the lead' }]) {
        const answer = await tryTo(scope, encodeBudgetEntry(entry));
        expect(answer.status).toBe(403);
        expect(answer.text).toMatch(/may spend of the budget of a test set, and do nothing else/);
      }
      expect(await state()).toMatchObject({ stepsUsed: 1, overrides: [], retired: new Set() });
    },
  );

  it('nobody opens another budget in the place of the one that is open', async () => {
    await append('protected', open());
    for (const scope of ['pr-7', 'protected'])
      expect(await tryTo(scope, encodeBudgetEntry(open({ steps: 1000, alpha: 0.9 })))).toMatchObject({
        status: 422,
        text: expect.stringMatching(/opens a budget that is open/) as string,
      });
    await append('protected', step(a), retire());
    await append('pr-7', open({ steps: 5 }));
    expect((await state()).opened?.steps).toBe(5);
  });

  it('nobody takes a step of what is not open, or of examples that were retired', async () => {
    for (const scope of ['pr-7', 'protected'])
      expect((await tryTo(scope, encodeBudgetEntry(step(a)))).status).toBe(422);
    await append('protected', open(), step(a), retire(), open());
    for (const scope of ['pr-7', 'protected'])
      expect(await tryTo(scope, encodeBudgetEntry(step(b)))).toMatchObject({
        status: 422,
        text: expect.stringMatching(/asks a test set that was retired/) as string,
      });
    await append('pr-7', step(question('a', 'new mails')));
  });

  it.each<[string, JsonObject]>([
    ['nothing', {}],
    ['another kind of entry', { formatVersion: 1, type: 'grant', steps: 100 }],
    ['a key too many', { ...encodeBudgetEntry(step(b)), free: true }],
    ['a newer format', { ...encodeBudgetEntry(step(b)), formatVersion: 2 }],
    ['a digest that is none', { ...encodeBudgetEntry(step(b)), testSet: 'sha256:mails' }],
    ['a quarter of a megabyte', { ...encodeBudgetEntry(step(b)), project: 'p'.repeat(250_000) }],
  ])('nobody breaks it by %s', async (_, payload) => {
    await append('protected', open());
    for (const scope of ['pr-7', 'protected']) expect((await tryTo(scope, payload)).status).toBe(422);
    expect((await state()).stepsUsed).toBe(0);
    await append('pr-7', step(a));
  });

  it('nobody breaks it by bytes that are no entry, that follow another, or of which there are too many', async () => {
    await append('protected', open(), step(a));
    const payload = encodeBudgetEntry(step(b));
    const [first, last] = await read();
    const bytesOf = (after: JournalEntry | undefined, name = journal): Buffer =>
      encodeJournalEntry({ name, after, payload }).bytes;
    const next = bytesOf(last);
    for (const wrong of [
      Buffer.alloc(0),
      Buffer.from('null'),
      Buffer.from('{}'),
      Buffer.from(` ${String(next)}`),
      Buffer.from(String(next).replace('"passed":false', '"passed":true')),
      bytesOf(first),
      bytesOf(undefined),
      bytesOf(last, 'gate/w/other'),
      bytesOf(last && { ...last, digest: a.digest }),
      Buffer.alloc(maxJournalEntryBytes + 1, 0x20),
    ])
      for (const scope of ['pr-7', 'protected']) expect((await put(scope, 2, wrong)).status).toBe(422);
    expect((await put('pr-7', 1, bytesOf(first))).status).toBe(412);
    expect((await put('pr-7', 3, next)).status).toBe(412);
    expect((await put('pr-7', 99_999_999, next)).status).toBe(412);
    expect((await put('pr-7', 2, next)).status).toBe(201);
    expect(await state()).toMatchObject({ stepsUsed: 2 });
  });

  it('a pull request makes it no longer than its steps: no answer twice, and none when nothing is left', async () => {
    await append('pr-7', open({ steps: 2 }), step(a));
    expect(await tryTo('pr-8', encodeBudgetEntry(step(a, true)))).toMatchObject({
      status: 422,
      text: expect.stringMatching(/has its answer/) as string,
    });
    await append('pr-8', step(b));
    expect(await tryTo('pr-7', encodeBudgetEntry(step(c)))).toMatchObject({
      status: 422,
      text: expect.stringMatching(/used up/) as string,
    });
    await append('protected', retire());
    expect(await read()).toHaveLength(4);
  });

  it('what was spent before a restart is known after it', async () => {
    await append('pr-7', open({ steps: 1 }), step(a));
    await rig.server.restart();
    expect((await tryTo('pr-7', encodeBudgetEntry(step(b)))).status).toBe(422);
    await append('protected', override(a), retire());
  });

  it('a token that only reads spends nothing', async () => {
    await append('protected', open());
    expect((await tryTo('pr-7:read', encodeBudgetEntry(step(a)))).status).toBe(403);
    expect((await state()).stepsUsed).toBe(0);
  });
});
