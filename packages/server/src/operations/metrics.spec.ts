import { openStoreRig } from '../store/testing/store-rig.js';
import { openServerRig } from '../testing/server-rig.js';
import { familiesOf, lint } from './testing/lint-metrics.js';

/** What a scrape gives after requests of every kind and scope. */
async function scraped(): Promise<string> {
  const rig = await openStoreRig({ quotas: { total: 1e9, scope: 1e6 } });
  const { server } = rig;
  for (const token of ['protected', 'pr-7', 'branch-0123456789abcdef01234567', 'user-ada']) {
    await server.put(token, 'a-task', 'hello');
    await server.get(token, 'a-task');
    await server.get(token, 'no-such-task');
  }
  await server.get('wrong!', 'a-task');
  for (const path of ['/', '/health/ready', '/%22%0a', '/v1/store/list', '/v1/store/blobs/x'])
    await server.ask('GET', path, { token: 'pr-7' });
  const text = String((await server.ask('GET', '/metrics')).body);
  await rig.close();
  return text;
}

it('are as Prometheus’ own linter wants them', async () => {
  expect(lint(await scraped())).toEqual([]);
});

it('have labels that no pull request, person or path can add to', async () => {
  const text = await scraped();
  const values = (label: string): string[] =>
    [
      ...new Set(
        [...text.matchAll(new RegExp(`nx_ml_[^ ]*\\b${label}="([^"]*)"`, 'g'))].map(([, value]) =>
          String(value),
        ),
      ),
    ].sort();
  expect(values('scope')).toEqual(['branch', 'pr', 'protected', 'user']);
  for (const route of values('route')) expect(route).toMatch(/^(?:none|\/[a-z0-9/:.*]*)$/);
  expect(text).not.toMatch(/a-task|wrong|pr-7|user-ada/);
});

it('tell which server it is and how much it may hold', async () => {
  const text = await scraped();
  expect(text).toMatch(/^nx_ml_server_build_info\{version="\d+\.\d+\.\d+"\} 1$/m);
  expect(text).toContain('nx_ml_store_quota_bytes 1000000000\n');
  const unbound = await openServerRig();
  expect(String((await unbound.ask('GET', '/metrics')).body)).not.toContain('quota');
  await unbound.close();
});

describe('the linter itself', () => {
  const counter = '# HELP x_total X\n# TYPE x_total counter\nx_total 1\n';
  it.each([
    ['no help', '# TYPE x_total counter\nx_total 1\n', 'no HELP'],
    ['no type', '# HELP x X\nx 1\n', 'no TYPE'],
    ['a counter without _total', '# HELP x X\n# TYPE x counter\nx 1\n', '_total'],
    ['a gauge with _total', '# HELP x_total X\n# TYPE x_total gauge\nx_total 1\n', '_total'],
    ['milliseconds', '# HELP x_ms X\n# TYPE x_ms gauge\nx_ms 1\n', 'base unit'],
    ['megabytes', '# HELP x_megabytes X\n# TYPE x_megabytes gauge\nx_megabytes 1\n', 'base unit'],
    ['a sample twice', `${counter}x_total 2\n`, 'twice'],
    ['a family twice', `${counter}${counter.replace('1', '3')}`, 'twice'],
    ['a line that is none', `${counter}hello world\n`, 'no sample'],
    ['a last line without its end', counter.trimEnd(), 'end of line'],
    [
      'buckets that fall',
      '# HELP h_seconds X\n# TYPE h_seconds histogram\nh_seconds_bucket{le="1"} 2\nh_seconds_bucket{le="+Inf"} 1\nh_seconds_sum 1\nh_seconds_count 1\n',
      'fall',
    ],
    [
      'buckets without an end',
      '# HELP h_seconds X\n# TYPE h_seconds histogram\nh_seconds_bucket{le="1"} 2\nh_seconds_sum 1\nh_seconds_count 2\n',
      '+Inf',
    ],
  ])('finds %s', (_, text, fault) => {
    expect(lint(text).join('\n')).toContain(fault);
    expect(familiesOf(counter)).toHaveLength(1);
  });
});
