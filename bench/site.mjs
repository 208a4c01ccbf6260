// The product under test: its own server on a port of its own, and a way to ask it that keeps the bytes of the answer.
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { penstock, printed, run, start, stop, work } from './place.mjs';

let started = 0;

export class Site {
  constructor(where, token) {
    this.where = where; // ['--data', DIR] or ['--db', URL]
    this.token = token;
  }

  // What it logs, a line for each request, goes to a file as a service's would.
  async start(more = []) {
    this.log = `${work}/serve-${++started}.log`;
    const log = openSync(this.log, 'w');
    const words = ['serve', ...this.where, '--listen', '127.0.0.1:0', ...more];
    this.child = start(penstock, words, { stdio: ['ignore', 'pipe', log] });
    closeSync(log);
    this.port = Number((await printed(this.child, /serves http:\/\/127\.0\.0\.1:(\d+)/))[1]);
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    return this;
  }

  lastWords() {
    return readFileSync(this.log, 'utf8').split('\n').slice(-8).join('\n');
  }

  async stop() {
    this.agent.destroy();
    await stop(this.child);
    rmSync(this.log);
  }

  // { status, headers: [[name, value]…], body: Buffer, json }; `content` goes as JSON, a Buffer of `type` as it is.
  ask(method, target, content, type = 'application/json') {
    return new Promise((done, refuse) => {
      const headers = { Authorization: `Bearer ${this.token}` };
      if (content !== undefined) headers['Content-Type'] = type;
      const request = http.request(
        { host: '127.0.0.1', port: this.port, method, path: target, headers, agent: this.agent },
        (response) => {
          const parts = [];
          response.on('data', (part) => parts.push(part));
          response.on('end', () => {
            const body = Buffer.concat(parts);
            const raw = response.rawHeaders;
            const pairs = raw.flatMap((name, i) => (i % 2 ? [] : [[name, raw[i + 1]]]));
            const json = () => JSON.parse(body.toString());
            done(
              Object.defineProperty({ status: response.statusCode, headers: pairs, body }, 'json', {
                get: json,
              }),
            );
          });
          response.on('error', refuse);
        },
      );
      request.on('error', (error) =>
        refuse(new Error(`${method} ${target}: ${error.message}\n${this.lastWords()}`)),
      );
      const bytes = content === undefined || Buffer.isBuffer(content) ? content : JSON.stringify(content);
      request.end(bytes);
    });
  }

  // A form with some fields and one file.
  async upload(target, fields, filename, content) {
    const mark = 'penstock-bench-boundary';
    const part = (head, body) => [
      `--${mark}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`,
      body,
      '\r\n',
    ];
    const parts = Object.entries(fields).flatMap(([name, value]) => part(`name="${name}"`, value));
    parts.push(...part(`name="file"; filename="${filename}"`, content), `--${mark}--\r\n`);
    const whole = Buffer.concat(parts.map((p) => Buffer.from(p)));
    const answer = await this.ask('POST', target, whole, `multipart/form-data; boundary=${mark}`);
    if (answer.status >= 300) throw new Error(`POST ${target}: ${answer.status} ${answer.body}`);
    return answer;
  }

  async get(target) {
    const answer = await this.ask('GET', target);
    if (answer.status !== 200) throw new Error(`GET ${target}: ${answer.status} ${answer.body}`);
    return answer;
  }
}

// A token of the first administrator, who is made when there is nobody yet, not even a file.
export async function tokenFor(database, where, name) {
  const sql = "SELECT email FROM users WHERE role = 'admin' AND active = 1 ORDER BY id LIMIT 1";
  let [admin] = await database.rows(sql).catch(() => []);
  if (!admin) {
    const person = ['--email', 'bench@example.org', '--name', 'Bench', '--role', 'admin'];
    await run(penstock, ['user', 'add', ...where, ...person]);
    [admin] = await database.rows(sql);
  }
  const words = ['token', 'add', ...where, '--user', admin.email, '--name', name, '--scope', 'write'];
  return (await run(penstock, words)).stdout.trim();
}
