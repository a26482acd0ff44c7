import { isJsonObject, parseJson } from '../../kernel/index.js';
import { AnswerFailure, defaultPatience, HttpClient } from '../http-client/index.js';
import type { Patience } from '../http-client/index.js';
import type { AskJson } from '../server-session/index.js';

/** How a session is asked for: one try, since whoever asks for it tries again anyway. Rejects with TransportFailure. */
export function askingJson(patience: Patience = defaultPatience): AskJson {
  return async ({ method, url, token }) => {
    const http = clientOf(url, token, patience);
    const headers = method === 'POST' ? { 'content-length': '0' } : {};
    const query = Object.fromEntries(url.searchParams);
    try {
      const answer = await http.ask({ wire: { method, path: url.pathname, query, headers } });
      const value = parseJson(answer.text);
      return { status: 200, date: answer.headers.date, value: isJsonObject(value) ? value : {} };
    } catch (error) {
      if (error instanceof AnswerFailure) return { status: error.status, date: undefined, value: {} };
      throw error;
    }
  };
}

function clientOf(url: URL, token: string, patience: Patience): HttpClient {
  const own = { accept: 'application/json', host: url.host, authorization: `Bearer ${token}` };
  return new HttpClient({
    origin: new URL(url.origin),
    patience,
    headersFor: ({ headers }) => Promise.resolve({ ...headers, ...own }),
    failureOf: (status) => new AnswerFailure(status, ''),
  });
}
