import { installedPrograms, NewUser } from '@nx-ml/testing';

export interface PackageManagerCase {
  /** As npm knows it. */
  readonly name: string;
  readonly version: string;
  /** How it starts a package that is not installed. */
  readonly fetch: string;
  /** How it starts an installed program. */
  readonly start: string;
}

/** From an empty folder to a model that needs an npm package, by each package manager. */
export function setUpJourney(managers: readonly PackageManagerCase[]): void {
  describe.each(managers)('$name $version', ({ name, version, fetch, start }) => {
    let user: NewUser;

    beforeAll(async () => {
      user = await NewUser.create({ folder: 'shop', programs: [await installedPrograms(name, version)] });
    });

    afterAll(() => {
      user.dispose();
    });

    it('sets up, generates and evaluates', async () => {
      expect(await user.type(`${fetch} nx-ml@latest init`)).toContain('nx-ml is ready');
      const generated = await user.type(`${start} nx generate model deep --template=tfjs`);
      expect(generated).toContain('Next: npx nx evaluate deep');
      await user.type(`${start} nx evaluate deep`);
      // The lock file was read: a package that it does not know has no digest.
      expect(user.read('.nx-ml/manifests/deep/train.key.json')).toMatch(
        /"@tensorflow\/tfjs":"4\.22\.0 [^"]{20}/,
      );
    });
  });
}
