import { storeLimit } from './store-limit.js';

describe('storeLimit', () => {
  const nxJson = (storeMax: unknown) => ({ plugins: [{ plugin: 'nx-ml', options: { storeMax } }] });

  it('is none, what nx.json says, or what the variable says instead', () => {
    expect(storeLimit({}, {})).toBeUndefined();
    expect(storeLimit({ plugins: ['nx-ml'] }, {})).toBeUndefined();
    expect(storeLimit(nxJson('20GB'), {})).toBe(20_000_000_000);
    expect(storeLimit(nxJson('20GB'), { NX_ML_STORE_MAX: '1GB' })).toBe(1_000_000_000);
    expect(storeLimit(nxJson('20GB'), { NX_ML_STORE_MAX: '' })).toBeUndefined();
    expect(storeLimit({}, { NX_ML_STORE_MAX: '1MB' })).toBe(1_000_000);
  });

  it.each<[unknown, Record<string, string>, string]>([
    ['much', {}, '"storeMax" of the plugin nx-ml in nx.json is "much"'],
    [20, {}, '"storeMax" of the plugin nx-ml in nx.json is 20'],
    [null, {}, '"storeMax" of the plugin nx-ml in nx.json is null'],
    ['20GB', { NX_ML_STORE_MAX: 'more' }, 'NX_ML_STORE_MAX is "more"'],
  ])('refuses %j and %j', (storeMax, variables, message) => {
    expect(() => storeLimit(nxJson(storeMax), variables)).toThrow(
      expect.objectContaining({ code: 'ERR_ML_USAGE', message }) as Error,
    );
  });
});
