import { registrationId } from '../registration-id.js';
import { decodeRegistration } from './registrations.js';

describe('decodeRegistration', () => {
  const whole = { formatVersion: 1, host: 'here', path: '/w', inode: '7', git: null };
  const id = registrationId('here', '/w');
  const decode = (value: unknown): unknown =>
    decodeRegistration(JSON.stringify(value), { id, path: '/store/workspaces/x.json' });

  it('tells the workspace', () => {
    expect(decode(whole)).toEqual({ id, host: 'here', path: '/w', inode: '7', git: null });
    expect(decode({ ...whole, git: '/w/.git' })).toMatchObject({ git: '/w/.git' });
  });

  it.each([
    ['a newer format', { ...whole, formatVersion: 2 }],
    ['a field more', { ...whole, more: 1 }],
    ['a field less', { formatVersion: 1, host: 'here', path: '/w', inode: '7' }],
    ['another field in its place', { formatVersion: 1, host: 'here', path: '/w', inode: '7', gti: null }],
    ['a number', { ...whole, inode: 7 }],
    ['no path', { ...whole, path: '' }],
    ['a path that is too long', { ...whole, path: 'x'.repeat(5001) }],
    ['another workspace', { ...whole, path: '/v' }],
    ['a list', [whole]],
    ['nothing', null],
  ])('refuses %s', (_, value) => {
    expect(() => decode(value)).toThrow(
      expect.objectContaining({ code: 'ERR_ML_DOCUMENT_INVALID' }) as Error,
    );
  });
});
