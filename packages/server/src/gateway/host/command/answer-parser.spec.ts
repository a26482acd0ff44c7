import fc from 'fast-check';

import { AnswerParser, BrokenAnswer } from './answer-parser.js';
import type { HttpAnswer } from './answer-parser.js';

/** Feeds bytes in pieces cut at the given places. */
function parse(text: string, cuts: readonly number[]): HttpAnswer | undefined {
  const bytes = Buffer.from(text);
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  const parser = new AnswerParser();
  let [answer, from]: [HttpAnswer | undefined, number] = [undefined, 0];
  for (const to of [...places, bytes.length]) {
    if (to === from) continue;
    expect(answer).toBeUndefined();
    answer = parser.add(bytes.subarray(from, to));
    from = to;
  }
  return answer;
}

const plain = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a":"ü"}';
const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\n{"a"\r\n6\r\n:"ü"}\r\n0\r\n\r\n';
const announced = `HTTP/1.1 100 Continue\r\n\r\n${plain}`;

it.each([plain, chunked, announced])('reads the same however its bytes come: %j', (text) => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 8 }), (cuts) => {
      expect(parse(text, cuts)).toEqual({ status: 200, body: '{"a":"ü"}', isReusable: true });
    }),
  );
});

it.each([
  ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: close\r\n\r\n', false],
  ['HTTP/1.1 204 No Content\r\n\r\n', true],
])('knows whether the connection goes on: %j', (text, isReusable) => {
  expect(parse(text, [])).toMatchObject({ body: '', isReusable });
});

it('takes an answer without a length when its connection ends', () => {
  const parser = new AnswerParser();
  expect(parser.add(Buffer.from('HTTP/1.0 200 OK\r\n\r\nall'))).toBeUndefined();
  expect(parser.end()).toEqual({ status: 200, body: 'all', isReusable: false });
});

it.each([
  'SSH-2.0-OpenSSH\r\n\r\n',
  'HTTP/1.1 20 OK\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
  'a'.repeat(70_000),
])('refuses what is no answer: %#', (text) => {
  expect(() => parse(text, [])).toThrow(BrokenAnswer);
});

it('refuses an answer that was cut off', () => {
  const parser = new AnswerParser();
  expect(parser.isEmpty).toBe(true);
  parser.add(Buffer.from(plain.slice(0, -1)));
  expect(parser.isEmpty).toBe(false);
  expect(() => parser.end()).toThrow('its connection broke');
});
