// A data folder with an administrator and a token, and the real server on it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Installation {
  failed = 0;

  constructor(penstock, data = mkdtempSync(join(tmpdir(), 'penstock-fault-'))) {
    this.penstock = penstock;
    this.data = data;
    this.run(
      ['user', 'add', '--name', 'Ada', '--email', 'ada@example.com', '--role', 'admin', '--password-stdin'],
      'a long enough word\n',
    );
    this.token = this.run(['token', 'add', '--user', 'ada@example.com', '--name', 'load', '--scope', 'admin']).trim();
  }

  run(args, input = '') {
    return execFileSync(this.penstock, [...args, '--data', this.data], { encoding: 'utf8', input });
  }

  must(holds, what) {
    if (holds) return;
    this.failed++;
    console.log(`does not hold: ${what}`);
  }

  async start() {
    const child = spawn(this.penstock, ['serve', '--data', this.data, '--listen', '127.0.0.1:0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)));
    let said = '';
    child.stderr.on('data', (text) => {
      said = (said + text).slice(-20000);
    });
    const base = await new Promise((done, fail) => {
      let text = '';
      child.stdout.on('data', (more) => {
        text += more;
        const found = text.match(/serves (http:\S+)/);
        if (found) done(found[1]);
      });
      child.once('exit', () => fail(new Error(`it does not start: ${said}`)));
    });
    return { child, base, port: Number(new URL(base).port), ended, said: () => said };
  }

  async ask(server, method, path, body) {
    const form = body instanceof FormData;
    const reply = await fetch(`${server.base}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body && !form && { 'content-type': 'application/json' }),
      },
      body: form || !body ? body : JSON.stringify(body),
    });
    return { status: reply.status, body: await reply.json() };
  }

  async kill(server) {
    server.child.kill('SIGKILL');
    this.must((await server.ended) === 'SIGKILL', `the server ended by itself:\n${server.said()}`);
  }

  async stop(server) {
    server.child.kill('SIGTERM');
    this.must((await server.ended) === 0, `the server does not stop well:\n${server.said().slice(-3000)}`);
  }

  // Rows and log agree, and the doctor finds nothing.
  check() {
    for (const command of ['rebuild', 'doctor'])
      try {
        this.run([command]);
      } catch (error) {
        this.must(false, `${error}\n${error.stdout}`);
      }
  }

  end() {
    console.log(`${this.failed ? 0 : 1} passed, ${this.failed ? 1 : 0} failed`);
    if (!this.failed) rmSync(this.data, { recursive: true });
    process.exit(this.failed ? 1 : 0);
  }
}
