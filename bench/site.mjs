// The product under test: its own server on a port of its own, and a way to ask it that keeps the bytes of the answer.
import http from 'node:http';
import { penstock, printed, run, start, stop } from './place.mjs';

export class Site {
  constructor(where, token) {
    this.where = where; // ['--data', DIR] or ['--db', URL]
    this.token = token;
  }

  async start(more = []) {
    this.child = start(penstock, ['serve', ...this.where, '--listen', '127.0.0.1:0', ...more]);
    this.port = Number((await printed(this.child, /serves http:\/\/127\.0\.0\.1:(\d+)/))[1]);
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    return this;
  }

  async stop() {
    this.agent.destroy();
    await stop(this.child);
  }

  // { status, headers: [[name, value]…], body: Buffer, json }
  ask(method, target, content) {
    return new Promise((done, refuse) => {
      const headers = { Authorization: `Bearer ${this.token}` };
      if (content !== undefined) headers['Content-Type'] = 'application/json';
      const request = http.request(
        { host: '127.0.0.1', port: this.port, method, path: target, headers, agent: this.agent },
        (response) => {
          const parts = [];
          response.on('data', (part) => parts.push(part));
          response.on('end', () => {
            const body = Buffer.concat(parts);
            const raw = response.rawHeaders;
            const pairs = raw.flatMap((name, i) => (i % 2 ? [] : [[name, raw[i + 1]]]));
            done({
              status: response.statusCode,
              headers: pairs,
              body,
              get json() {
                return JSON.parse(body.toString());
              },
            });
          });
          response.on('error', refuse);
        },
      );
      request.on('error', refuse);
      request.end(content === undefined ? undefined : JSON.stringify(content));
    });
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
