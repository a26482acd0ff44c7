import { packageManifestDigest } from './package-manifest.js';

const of = (value: unknown) => packageManifestDigest(JSON.stringify(value));

describe('packageManifestDigest', () => {
  it('ignores what does not change how code loads', () => {
    expect(of({ name: 'a', type: 'module', scripts: { x: 'y' }, description: 'd' })).toBe(
      of({ type: 'module', name: 'a' }),
    );
  });

  it.each(['name', 'type', 'main', 'module', 'exports', 'imports', 'browser'])('counts %s', (field) => {
    expect(of({ [field]: 'x' })).not.toBe(of({ [field]: 'y' }));
  });

  it('counts a broken file by its bytes', () => {
    expect(packageManifestDigest('{')).not.toBe(packageManifestDigest('{ '));
    expect(packageManifestDigest('[1]')).not.toBe(packageManifestDigest('[2]'));
  });
});
