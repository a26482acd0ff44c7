import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** nginx over a folder, with its dav module for PUT: what a static server in C can do with the same files. */
export class Nginx {
  #process;

  /**
   * @param upstream an origin that all requests are passed to, instead of files
   * @returns {Promise<Nginx>} listening on a port of its own
   */
  static async start(folder, upstream) {
    if (spawnSync('nginx', ['-v']).status !== 0)
      throw new Error('nginx is missing: apt-get install nginx-light');
    const nginx = new Nginx();
    nginx.root = join(folder, 'www');
    for (const name of ['www', 'body', 'logs']) mkdirSync(join(folder, name), { recursive: true });
    nginx.port = await freePort();
    const config = join(folder, 'nginx.conf');
    writeFileSync(config, configuration(folder, nginx.port, upstream));
    nginx.#process = spawn('nginx', ['-p', folder, '-c', config, '-e', join(folder, 'logs', 'error.log')], {
      stdio: 'inherit',
    });
    await untilOpen(nginx.port);
    return nginx;
  }

  url(name) {
    return `http://127.0.0.1:${this.port}/${name}`;
  }

  async stop() {
    this.#process.kill('SIGQUIT');
    await new Promise((resolve) => this.#process.once('exit', resolve));
  }
}

/** As many workers as the machine has cores, files by sendfile: its own defaults for a static server, and no log. */
function configuration(folder, port, upstream) {
  const location =
    upstream === undefined
      ? `root ${folder}/www; location / { dav_methods PUT DELETE; create_full_put_path on; }`
      : 'location / { proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }';
  const behind =
    upstream === undefined ? '' : `upstream behind { server ${new URL(upstream).host}; keepalive 64; }`;
  const user = process.getuid() === 0 ? 'user root;' : '';
  return `${user} worker_processes auto; daemon off; pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; client_max_body_size 0; keepalive_requests 1000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/body; fastcgi_temp_path ${folder}/body;
  uwsgi_temp_path ${folder}/body; scgi_temp_path ${folder}/body;
  default_type application/octet-stream;
  ${behind}
  server { listen 127.0.0.1:${port}; ${location} }
}
`;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function untilOpen(port) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isOpen = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error('nginx does not listen');
}
