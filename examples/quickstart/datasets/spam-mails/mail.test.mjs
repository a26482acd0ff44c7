import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupOf, lettersOf, parseMail } from './mail.mjs';

test('the subject may be folded over lines, and the body may have blank ones', () => {
  const mail = parseMail(
    'From: a@example.org\nSubject: Hello\n  again\nTo: b@example.org\n\nFirst.\n\nSecond.\n',
  );
  assert.deepEqual(mail, { subject: 'Hello again', body: 'First.\n\nSecond.\n' });
});

test('a mail without subject or body is a mail', () => {
  assert.deepEqual(parseMail('From: a@example.org\n'), { subject: '', body: '' });
});

test('copies that differ in case, digits and punctuation have the same letters and share a group', () => {
  const [first, copy, other] = ['Win $500 now!\n', 'WIN  $9,000 now...', 'Lunch now?'].map((body) => ({
    body,
  }));
  assert.equal(lettersOf(first), 'win now');
  assert.equal(groupOf(copy), groupOf(first));
  assert.notEqual(groupOf(other), groupOf(first));
});
