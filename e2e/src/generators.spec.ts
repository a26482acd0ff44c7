import { NewUser } from '@nx-ml/testing';

describe('from an empty folder to an evaluated model, in three commands', () => {
  let user: NewUser;

  beforeAll(async () => {
    user = await NewUser.create({ folder: 'mail-shop' });
  });

  afterAll(() => {
    user.dispose();
  });

  const type = (line: string, mayFail = false): Promise<string> => user.type(line, mayFail);
  const read = (path: string): string => user.read(path);

  it('npx nx-ml init', async () => {
    const output = await type('npx --yes nx-ml@latest init');
    expect(output).toContain('Next: npx nx generate model spam-filter');
    expect(output).toContain('git init');
    expect(JSON.parse(read('nx.json'))).toMatchObject({
      plugins: [
        { plugin: 'nx-ml', options: { workspaceId: expect.stringMatching(/^mail-shop-/) as string } },
      ],
    });
  });

  it('nx generate model spam-filter, which a dry run shows and does not do', async () => {
    const dry = await type('npx nx generate model spam-filter --dry-run');
    expect(dry).toContain('CREATE models/spam-filter/train.mjs');
    expect(await type('npx nx show projects --json')).toContain('[]');
    expect(await type('npx nx generate model spam-filter')).toContain('Next: npx nx evaluate spam-filter');
  });

  it('nx evaluate spam-filter, far above chance', async () => {
    expect(await type('npx nx evaluate spam-filter')).toContain('spam-filter:evaluate  evaluated in');
    const manifest = JSON.parse(read('.nx-ml/manifests/spam-filter/evaluate.manifest.json')) as {
      readonly metrics: Readonly<Record<string, { readonly mean: number }>>;
    };
    expect(manifest.metrics['validation.accuracy']?.mean).toBeGreaterThan(0.85);
  });

  it('nx test spam-filter', async () => {
    expect(await type('npx nx test spam-filter --output-style=static')).toMatch(/# pass \d\d\n# fail 0/);
  });

  it('the same again changes nothing; another template under the name is refused with the mend', async () => {
    expect(await type('npx nx generate model spam-filter')).toContain('nothing changed');
    expect(await type('npx nx generate nx-ml:init')).toContain('nothing changed');
    expect(await type('npx nx-ml init')).toContain('nothing changed');
    const refusal = await type('npx nx generate model spam-filter --template=sklearn', true);
    expect(refusal).toContain('ERR_ML_PROJECT_EXISTS');
    expect(refusal).toContain('Choose another name');
  });

  it('nx add nx-ml sets up a workspace that has Nx already', async () => {
    const before = read('nx.json');
    expect(await type('npx nx add nx-ml')).toContain('nx-ml added successfully');
    expect(read('nx.json')).toBe(before);
  });
});
