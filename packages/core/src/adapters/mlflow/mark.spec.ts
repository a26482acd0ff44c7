import fc from 'fast-check';

import { digestOf } from '../../kernel/index.js';
import type { Release } from '../../registry/index.js';
import { markIn, modelMark, ownerIn, versionMark } from './mark.js';

const releases = fc
  .record({
    workspace: fc.string({ minLength: 1 }),
    model: fc.string({ minLength: 1 }),
    version: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map(({ workspace, model, version }): Release => {
    const encoded = [workspace, model].map((each) => encodeURIComponent(each.toWellFormed()));
    const owner = encoded.join('/').slice(0, 500);
    const manifest = digestOf(model);
    return {
      ...{ name: 'm', owner, version, manifest, source: 's:/', at: 0, metrics: {} },
      ...{ tags: { 'nx-ml.by': model }, aliases: [] },
    };
  });

it('finds a mark again, by tags and by the description alone, whatever people write before it', () => {
  fc.assert(
    fc.property(releases, fc.string(), (release, note) => {
      const { owner, version, manifest } = release;
      const mark = versionMark(release);
      const described = { description: `${note}\n${mark.description}` };
      expect(markIn({ ...mark })).toEqual({ owner, version, manifest });
      expect(markIn(described)).toEqual({ owner, version, manifest });
      const model = modelMark(release);
      expect([ownerIn({ ...model }), ownerIn({ description: model.description })]).toEqual([owner, owner]);
    }),
  );
});

it('finds none in whatever others write', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (tags, description) => {
      expect(markIn({ tags, description } as never)).toBeUndefined();
      expect(ownerIn({ tags, description } as never)).toBeUndefined();
    }),
  );
});
