import { junitOf } from './junit.js';
import type { CheckCase } from './junit.js';
import { hostileNames } from './testing/hostile.js';

const one: CheckCase = {
  model: 'mail',
  name: 'gate',
  file: 'models/mail/ml.yaml',
  milliseconds: 1500,
  outcome: 'failed',
  message: 'fail: no better',
  text: 'two\nlines',
};

describe('JUnit', () => {
  it('has a suite a model, a case a step, and counts them', () => {
    const cases = [one, { ...one, name: 'train', outcome: 'passed' as const, message: '', text: '' }];
    expect(junitOf('nx-ml', [...cases, { ...one, model: 'digits', outcome: 'error' }]))
      .toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nx-ml" tests="3" failures="1" errors="1" skipped="0" time="4.500">
  <testsuite name="mail" tests="2" failures="1" errors="0" skipped="0" time="3.000">
    <testcase classname="mail" name="gate" file="models/mail/ml.yaml" time="1.500"><failure message="fail: no better">two&#10;lines</failure></testcase>
    <testcase classname="mail" name="train" file="models/mail/ml.yaml" time="1.500"/>
  </testsuite>
  <testsuite name="digits" tests="1" failures="0" errors="1" skipped="0" time="1.500">
    <testcase classname="digits" name="gate" file="models/mail/ml.yaml" time="1.500"><error message="fail: no better">two&#10;lines</error></testcase>
  </testsuite>
</testsuites>
`);
  });

  it.each([...hostileNames, '\u0000\u001b[31m]]>\uffff\ud800'])('holds %j as text', (name) => {
    const xml = junitOf(name, [{ ...one, model: name, name, message: name, text: name }]);
    const bare = xml.replace(
      /<\?xml[^>]*\?>|<\/?(?:testsuites?|testcase|failure)(?:\s\w+="[^"<]*")*\s*\/?>/g,
      '',
    );
    expect(bare).not.toMatch(/[<>]/);
    // eslint-disable-next-line no-control-regex -- just those
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/);
  });
});
