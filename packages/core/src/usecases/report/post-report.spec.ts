import type { Comment, Comments } from '../../report/index.js';
import { markerOf, markerText, reportSubject } from '../../report/index.js';
import { postReport } from './post-report.js';

class MemoryComments implements Comments {
  readonly all: { id: string; body: string; isOwn: boolean }[] = [];
  /** Called at the start of a request, for what others do meanwhile. */
  meanwhile: (what: keyof Comments) => void = () => undefined;
  #next = 1;

  list(): Promise<readonly Comment[]> {
    this.meanwhile('list');
    return Promise.resolve(this.all.map((one) => ({ ...one, url: `https://forge/${one.id}` })));
  }
  create(body: string): Promise<Comment> {
    this.meanwhile('create');
    return Promise.resolve({ ...this.write(body), url: undefined });
  }
  update(id: string, body: string): Promise<boolean> {
    this.meanwhile('update');
    const one = this.all.find((each) => each.id === id);
    if (one !== undefined) one.body = body;
    return Promise.resolve(one !== undefined);
  }
  remove(id: string): Promise<void> {
    this.all.splice(
      this.all.findIndex((one) => one.id === id),
      1,
    );
    return Promise.resolve();
  }
  write(body: string, isOwn = true): { id: string; body: string; isOwn: boolean } {
    const one = { id: String(this.#next++), body, isOwn };
    this.all.push(one);
    return one;
  }
}

const of = reportSubject('workspace', '');
const report =
  (text: string) =>
  (marker: string): Promise<string> =>
    Promise.resolve(`${marker}\n\n${text}`);
const marked = (run: number, text: string): string => `${markerText({ of, run })}\n\n${text}`;

describe('Posting a report', () => {
  it('makes one comment, and edits that ever after', async () => {
    const comments = new MemoryComments();
    comments.write('looks good', false);
    expect(await postReport({ of, run: 1 }, report('first'), comments)).toMatchObject({ how: 'created' });
    expect(await postReport({ of, run: 2 }, report('second'), comments)).toMatchObject({
      how: 'edited',
      url: 'https://forge/2',
    });
    expect(await postReport({ of, run: 2 }, report('again'), comments)).toMatchObject({ how: 'edited' });
    expect(comments.all.map(({ body }) => body)).toEqual(['looks good', marked(2, 'again')]);
  });

  it('leaves what a later run wrote', async () => {
    const comments = new MemoryComments();
    comments.write(marked(9, 'newer'));
    expect(await postReport({ of, run: 8 }, report('older'), comments)).toMatchObject({ how: 'stale' });
    expect(comments.all.map(({ body }) => body)).toEqual([marked(9, 'newer')]);
  });

  it('touches nothing that somebody else wrote, whatever it begins with, nor reports on something else', async () => {
    const comments = new MemoryComments();
    comments.write(marked(999, 'trust me'), false);
    comments.write(`> ${marked(5, 'quoted')}`);
    comments.write(`${markerText({ of: reportSubject('workspace', 'nightly'), run: 3 })}\n`);
    const before = comments.all.map(({ body }) => body);
    expect(await postReport({ of, run: 1 }, report('mine'), comments)).toMatchObject({ how: 'created' });
    expect(comments.all.map(({ body }) => body)).toEqual([...before, marked(1, 'mine')]);
  });

  it('makes a new one where somebody deletes the old one at that moment', async () => {
    const comments = new MemoryComments();
    comments.write(marked(1, 'old'));
    comments.meanwhile = (what) => {
      if (what === 'update') comments.all.length = 0;
    };
    expect(await postReport({ of, run: 2 }, report('new'), comments)).toMatchObject({ how: 'created' });
    expect(comments.all.map(({ body }) => body)).toEqual([marked(2, 'new')]);
  });

  it.each(Array.from({ length: 8 }, (_, first) => first + 2))(
    'comes to one comment when %i jobs post at the same time',
    async (jobs) => {
      const comments = new MemoryComments();
      await Promise.all(
        Array.from({ length: jobs }, (_, index) =>
          postReport({ of, run: 1 }, report(String(index)), comments),
        ),
      );
      expect(comments.all).toHaveLength(1);
      expect(markerOf(comments.all[0]?.body ?? '')).toEqual({ of, run: 1 });
    },
  );

  it('takes back its own where a first try had made one without telling', async () => {
    const comments = new MemoryComments();
    comments.meanwhile = (what) => {
      if (what === 'create') comments.write(marked(1, 'mine'));
    };
    await postReport({ of, run: 1 }, report('mine'), comments);
    expect(comments.all.map(({ body }) => body)).toEqual([marked(1, 'mine')]);
  });
});
