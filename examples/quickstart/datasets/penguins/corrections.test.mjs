import assert from 'node:assert/strict';
import { test } from 'node:test';
import { correct, parseCorrections } from './corrections.mjs';

const header = '# a remark\nrow,column,value,reason\n';
const apply = (penguins, line) => correct(penguins, parseCorrections(header + line));

test('a correction sets a text, a number, or unknown', () => {
  const penguins = [
    { sex: 'male', bodyMassG: 3000 },
    { sex: '.', bodyMassG: 1 },
  ];
  apply(penguins, '1,bodyMassG,3750,weighed again\n1,sex,female,\n2,sex,,no sex\n');
  assert.deepEqual(penguins, [
    { sex: 'female', bodyMassG: 3750 },
    { sex: null, bodyMassG: 1 },
  ]);
});

test('a correction that fits nowhere is refused', () => {
  const penguins = [{ bodyMassG: 3000 }];
  assert.throws(() => apply(penguins, '2,bodyMassG,1,'), /no cell at row 2/);
  assert.throws(() => apply(penguins, '1,mass,1,'), /no cell at row 1, mass/);
  assert.throws(() => apply(penguins, '1,bodyMassG,heavy,'), /must be a number, not heavy/);
});
