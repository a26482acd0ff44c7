import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What GitHub would have of pull request 7 of owner/name: comments by their text. */
export class PullRequest {
  readonly comments: { id: number; body: string }[] = [];
  readonly tokens = new Set<string | undefined>();
  readonly #server: Server = createServer((request, response) => {
    this.tokens.add(request.headers.authorization);
    let text = '';
    request.on('data', (piece: Buffer) => (text += piece.toString('utf8')));
    request.on('end', () => {
      const [status, answer] = this.#answer(request.method ?? '', request.url ?? '', text);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(method: string, url: string, text: string): readonly [number, unknown] {
    const shown = ({ id, body }: { id: number; body: string }) => ({
      ...{ id, body, html_url: `https://forge.example/7#${String(id)}` },
      user: { login: 'github-actions[bot]', type: 'Bot' },
    });
    if (method === 'GET' && url.startsWith('/repos/owner/name/issues/7/comments'))
      return [200, this.comments.map(shown)];
    if (method === 'GET') return [403, { message: 'Resource not accessible by integration' }];
    const { body } = JSON.parse(text) as { readonly body: string };
    if (method === 'POST') {
      const made = { id: this.comments.length + 1, body };
      this.comments.push(made);
      return [201, shown(made)];
    }
    const found = this.comments.find(({ id }) => url.endsWith(`/issues/comments/${String(id)}`));
    if (found === undefined) return [404, {}];
    found.body = body;
    return [200, shown(found)];
  }
}
