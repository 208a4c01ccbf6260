// Behind the proxies that docs/OPERATING.md recommends, with the configurations it gives: node --test this file.
// PENSTOCK_BINARY is the program. A proxy that is not installed is skipped.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.PENSTOCK_BINARY ?? join(root, 'build/penstock');
const folder = mkdtempSync(join(tmpdir(), 'penstock-proxies-'));
const data = join(folder, 'data');
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
const password = 'a long enough password';
const children = [];
let token;

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function freePort() {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// Starts a program that stays; { child, output() }.
function start(program, args, env = {}) {
  let text = '';
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece) => {
      text += piece;
    });
  children.push(child);
  return { child, output: () => text };
}

function stop(child) {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.on('exit', done);
    child.kill('SIGTERM');
  });
}

// One request; { status, headers, body }.
function ask(port, path, { secure = true, method = 'GET', headers = {}, body } = {}) {
  const options = { host: '127.0.0.1', port, path, method, headers, rejectUnauthorized: false, servername: 'localhost', agent: false };
  return new Promise((done, fail) => {
    const request = (secure ? https : http).request(options, (reply) => {
      const pieces = [];
      reply.on('data', (piece) => pieces.push(piece));
      reply.on('error', fail);
      reply.on('end', () => done({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(pieces) }));
    });
    request.on('error', fail);
    request.end(body);
  });
}

async function until(what, check) {
  for (let i = 0; i < 600; i++) {
    if (await check().catch(() => false)) return;
    await sleep(50);
  }
  assert.fail(`${what} never came to be: ${children.length}`);
}

const bearer = () => ({ authorization: `Bearer ${token}` });
const json = (value) => ({ body: JSON.stringify(value), headers: { 'content-type': 'application/json' } });

function makeCertificate(certFile, keyFile, name) {
  const openssl = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name}`;
  execFileSync('openssl', [...openssl.split(' '), '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
}

function penstock(args) {
  return start(binary, ['serve', '--data', data, '--log-format', 'json', ...args]);
}

before(() => {
  const run = (args, input) => execFileSync(binary, [...args, '--data', data], { input, encoding: 'utf8' });
  mkdirSync(data);
  run(['user', 'add', '--email', 'ada@example.com', '--name', 'Ada', '--role', 'admin', '--password-stdin'], password);
  token = run(['token', 'add', '--user', 'ada@example.com', '--name', 'test', '--scope', 'admin']).trim();
  makeCertificate(cert, key, 'localhost');
});

after(async () => {
  await Promise.all(children.map(stop));
  rmSync(folder, { recursive: true, force: true });
});

// Makes an organisation of that name while listening to events; what the stream said until it told of it.
function seen(port, name) {
  return new Promise((done, fail) => {
    const options = { host: '127.0.0.1', port, path: '/api/v1/events', servername: 'localhost', agent: false };
    const request = https.get({ ...options, rejectUnauthorized: false, headers: bearer() }, (reply) => {
      let text = '';
      assert.equal(reply.headers['content-type'], 'text/event-stream');
      reply.setEncoding('utf8').on('data', (piece) => {
        const first = text === '';
        text += piece;
        if (first)
          ask(port, '/api/v1/organisations', {
            method: 'POST',
            body: JSON.stringify({ name }),
            headers: { ...bearer(), 'content-type': 'application/json' },
          }).catch(fail);
        if (!text.includes(name)) return;
        request.destroy();
        done(text);
      });
    });
    request.on('error', fail);
  });
}

// Whom the certificate at that port is for.
function subject(port) {
  return new Promise((done, fail) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false }, () => {
      done(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on('error', fail);
  });
}

// -- the proxies, with the files of dist/proxy ------------------------------------------------------------

// What the file says, with its example's names exchanged; each must be in it.
function adapted(file, exchanges) {
  let text = readFileSync(join(root, 'dist/proxy', file), 'utf8');
  for (const [from, to] of exchanges) {
    assert.ok(text.includes(from), `${file} has "${from}"`);
    text = text.replaceAll(from, to);
  }
  return text;
}

const proxies = {
  caddy(port, upstream) {
    const file = join(folder, 'Caddyfile');
    const site = adapted('Caddyfile', [
      ['crm.example.com {', `https://localhost:${port}, https://127.0.0.1:${port} {\n\tbind 127.0.0.1\n\ttls ${cert} ${key}`],
      ['127.0.0.1:8080', `127.0.0.1:${upstream}`],
    ]);
    writeFileSync(file, `{\n\tadmin off\n\tauto_https off\n}\n${site}`);
    const home = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    return start('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], home);
  },
  nginx(port, upstream) {
    const file = join(folder, 'nginx.conf');
    const site = adapted('nginx.conf', [
      ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
      ['/etc/letsencrypt/live/crm.example.com/fullchain.pem', cert],
      ['/etc/letsencrypt/live/crm.example.com/privkey.pem', key],
      ['127.0.0.1:8080', `127.0.0.1:${upstream}`],
    ]);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/nginx-${name};`,
    );
    const user = process.getuid() === 0 ? 'user root;' : '';
    writeFileSync(
      file,
      `${user} daemon off; pid ${folder}/nginx.pid; error_log stderr;\nevents {}\n` +
        `http { access_log off; ${temporary.join(' ')}\n${site}}\n`,
    );
    return start('nginx', ['-p', folder, '-c', file]);
  },
};

for (const [name, run] of Object.entries(proxies))
  describe(name, { skip: !has(name) && `${name} is not installed` }, () => {
    let port;
    let server;

    before(async () => {
      const upstream = await freePort();
      port = await freePort();
      server = penstock(['--listen', `127.0.0.1:${upstream}`, '--trusted-proxies', '127.0.0.1']);
      run(port, upstream);
      await until(name, async () => (await ask(port, '/readyz')).status === 200);
    });

    after(() => stop(server.child));

    test('cookies are for https, and the session knows the client', async () => {
      const signIn = json({ email: 'ada@example.com', password });
      signIn.headers['x-forwarded-for'] = '203.0.113.9'; // a lie of the client's
      const reply = await ask(port, '/api/v1/session', { method: 'POST', ...signIn });
      assert.equal(reply.status, 200, reply.body.toString());
      const cookie = reply.headers['set-cookie'][0];
      assert.match(cookie, /^__Host-penstock=.*; Secure/);
      assert.match(reply.headers['strict-transport-security'], /max-age=/);
      const sessions = await ask(port, '/api/v1/sessions', { headers: { cookie: cookie.split(';')[0] } });
      const current = JSON.parse(sessions.body).data.find((s) => s.current);
      assert.equal(current.ip, '127.0.0.1');
    });

    test('a request has one id in all logs', async () => {
      const reply = await ask(port, '/api/v1/meta', { headers: bearer() });
      const id = reply.headers['x-request-id'];
      assert.match(id, name === 'nginx' ? /^[0-9a-f]{32}$/ : /^[0-9a-f-]{36}$/);
      await until('a line of the log', async () => server.output().includes(id));
      const line = server
        .output()
        .split('\n')
        .find((l) => l.includes(id));
      const said = JSON.parse(line);
      assert.equal(said.route, '/api/v1/meta');
      assert.equal(said.status, 200);
      assert.equal(said.by, 'token');
    });

    test('a change is on the event stream at once', async () => {
      const made = await seen(port, `Seen through ${name}`);
      assert.match(made, /^retry: \d+\n/);
    });

    test('what has not changed is not sent again, and the rest is compressed', async () => {
      const options = { headers: { ...bearer(), 'accept-encoding': 'gzip' } };
      const meta = await ask(port, '/api/v1/meta', options);
      assert.equal(meta.headers['content-encoding'], 'gzip');
      assert.ok(JSON.parse(gunzipSync(meta.body)).kinds.length > 5);
      const one = await ask(port, '/api/v1/users/1', { headers: bearer() });
      assert.ok(one.headers.etag);
      const again = await ask(port, '/api/v1/users/1', {
        headers: { ...bearer(), 'if-none-match': one.headers.etag },
      });
      assert.equal(again.status, 304);
      assert.equal(again.body.length, 0);
    });

    test('a file of 100 MB goes up and comes back', async () => {
      const size = 100 * 1024 * 1024;
      const head = '--cut\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n';
      const body = Buffer.concat([Buffer.from(head), Buffer.alloc(size, 7), Buffer.from('\r\n--cut--\r\n')]);
      const headers = { ...bearer(), 'content-type': 'multipart/form-data; boundary=cut', 'content-length': body.length };
      const reply = await ask(port, '/api/v1/files', { method: 'POST', headers, body });
      assert.equal(reply.status, 201, reply.body.toString().slice(0, 300));
      const { id, size: kept } = JSON.parse(reply.body);
      assert.equal(kept, size);
      const part = await ask(port, `/api/v1/files/${id}/content`, {
        headers: { ...bearer(), range: `bytes=${size - 10}-` },
      });
      assert.equal(part.status, 206);
      assert.deepEqual(part.body, Buffer.alloc(10, 7));
    });

    test('HTTP/2', async () => {
      const session = http2.connect(`https://localhost:${port}`, { rejectUnauthorized: false });
      const status = await new Promise((done, fail) => {
        const request = session.request({ ':path': '/healthz' });
        request.on('response', (headers) => done(headers[':status']));
        request.on('error', fail);
        session.on('error', fail);
      });
      session.destroy();
      assert.equal(status, 200);
    });
  });

test('TLS of its own: streams, a renewed certificate, the way there', async () => {
  const [port, plain] = [await freePort(), await freePort()];
  const mine = [join(folder, 'own-cert.pem'), join(folder, 'own-key.pem')];
  const renew = (name) => makeCertificate(...mine, name);
  renew('first');
  const flags = ['--tls-cert', mine[0], '--tls-key', mine[1], '--redirect-listen', `127.0.0.1:${plain}`];
  const { child, output } = penstock(['--listen', `127.0.0.1:${port}`, ...flags]);
  await until('the server', async () => (await ask(port, '/readyz')).status === 200);

  const away = await ask(plain, '/board?x=1', { secure: false, headers: { host: 'crm.test:80' } });
  assert.equal(away.status, 308);
  assert.equal(away.headers.location, `https://crm.test:${port}/board?x=1`);
  const trick = await ask(plain, '/', { secure: false, headers: { host: 'evil.test/@crm.test' } });
  assert.equal(trick.status, 400);

  const signIn = json({ email: 'ada@example.com', password });
  const session = await ask(port, '/api/v1/session', { method: 'POST', ...signIn });
  assert.match(session.headers['set-cookie'][0], /^__Host-penstock=.*; Secure/);

  await seen(port, 'Seen through TLS');
  renew('second');
  await until('the new certificate', async () => (await subject(port)) === 'second');
  writeFileSync(mine[0], 'no certificate');
  child.kill('SIGHUP');
  await until('a word about it', async () => output().includes('stays in use'));
  assert.equal(await subject(port), 'second');
  await stop(child);
  assert.equal(child.exitCode, 0);
});

test('nobody is believed who is not a proxy; every metric is explained', async () => {
  const port = await freePort();
  const { child, output } = penstock(['--listen', `127.0.0.1:${port}`]);
  await until('the server', async () => (await ask(port, '/readyz', { secure: false })).status === 200);
  const signIn = json({ email: 'ada@example.com', password });
  const claims = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'chosen-by-client' };
  const reply = await ask(port, '/api/v1/session', {
    secure: false,
    method: 'POST',
    body: signIn.body,
    headers: { ...signIn.headers, ...claims },
  });
  assert.equal(reply.status, 200);
  assert.match(reply.headers['set-cookie'][0], /^penstock=(?!.*Secure)/);
  assert.equal(reply.headers['strict-transport-security'], undefined);
  assert.notEqual(reply.headers['x-request-id'], 'chosen-by-client');
  const metrics = await ask(port, '/metrics', { secure: false, headers: bearer() });
  const manual = readFileSync(join(root, 'docs/OPERATING.md'), 'utf8');
  for (const [, name] of metrics.body.toString().matchAll(/^# TYPE (\S+)/gm))
    assert.ok(manual.includes(`\`${name}`), `docs/OPERATING.md explains ${name}`);
  await stop(child);
  assert.ok(!output().includes('203.0.113') && !output().includes('chosen-by-client'));
});
