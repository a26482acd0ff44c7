import { describeDamage } from './object-damage.contract.js';
import { describeLinking } from './object-link.contract.js';
import { describePutting } from './object-put.contract.js';
import { describeRestoring } from './object-restore.contract.js';
import { describeTravel } from './object-travel.contract.js';
import { StorePlace } from './testing/store-place.js';
import type { OpenStoreRig } from './testing/store-place.js';

/** What every ObjectStore promises, part by part. */
export function describeObjectStore(name: string, open: OpenStoreRig): void {
  describe(`${name} as an ObjectStore`, () => {
    let place: StorePlace;
    beforeEach(async () => {
      place = await StorePlace.open(open);
    });
    afterEach(() => {
      place.remove();
    });

    describePutting(() => place);
    describeRestoring(() => place);
    describeLinking(() => place);
    describeTravel(() => place);
    describeDamage(() => place);
  });
}
