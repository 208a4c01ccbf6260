// Idle event streams, many of them, on the real server: node streams.mjs PENSTOCK STREAMS
//
// What must hold: every stream is taken; one write reaches all of them; meanwhile others are answered; when the listeners
// have left nothing of them stays; the server goes on through a storm of connections that come and go.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from './server.mjs';

const MANY = Number(process.argv[3] ?? 2000);
const site = new Installation(process.argv[2]);
const server = await site.start();

const kilobytes = () => Number(readFileSync(`/proc/${server.child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);

async function until(holds, what) {
  for (let i = 0; i < 1200; i++, await sleep(50)) if (await holds()) return;
  site.must(false, what);
}

function listen() {
  const socket = net.connect(server.port, '127.0.0.1');
  const stream = { socket, text: '', closed: false };
  socket.on('error', () => {});
  socket.on('close', () => {
    stream.closed = true;
  });
  socket.on('data', (bytes) => {
    stream.text = (stream.text + bytes).slice(-4000);
  });
  socket.write(
    `GET /api/v1/events HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${site.token}\r\nAccept: text/event-stream\r\n\r\n`,
  );
  return stream;
}

async function answers() {
  const { status } = await site.ask(server, 'GET', '/organisations');
  site.must(status === 200, `others are answered ${status}`);
}

const before = kilobytes();
const streams = [];
for (let i = 0; i < MANY; i += 200) {
  for (let k = i; k < i + 200 && k < MANY; k++) streams.push(listen());
  await until(() => streams.every((s) => s.closed || s.text.includes('retry:')), 'every stream begins');
}
site.must(!streams.some((s) => s.closed || !s.text.startsWith('HTTP/1.1 200')), 'every stream is taken');
console.log(`${MANY} streams, ${((kilobytes() - before) / MANY).toFixed(1)} kB each`);
await answers();

const written = site.ask(server, 'POST', '/organisations', { name: 'Heard by all' });
for (let i = 0; i < 5; i++) await answers();
site.must((await written).status === 201, 'the write is answered');
await until(() => streams.every((s) => s.text.includes('"kind":"organisations"')), 'the write reaches every stream');

for (const { socket } of streams) socket.resetAndDestroy();
const count = async () =>
  Number((await (await fetch(`${server.base}/metrics`, { headers: { authorization: `Bearer ${site.token}` } })).text()).match(/^\w*streams\w*(?:{[^}]*})? (\d+)$/m)?.[1] ?? NaN);
await site.ask(server, 'POST', '/organisations', { name: 'Heard by nobody' });
await until(async () => (await count()) === 0, `nothing of the streams stays: ${await count()}`);

// Connections that come and go: some say nothing, some half a request, some are reset.
for (let i = 0; i < MANY; i += 100) {
  const sockets = Array.from({ length: 100 }, (_, k) => {
    const socket = net.connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    if (k % 3) socket.write(k % 2 ? 'GET /api/v1/organisations HT' : 'POST /api/v1/organisations HTTP/1.1\r\nHost: t\r\nContent-Length: 50\r\n\r\n{"na');
    return socket;
  });
  await Promise.all(sockets.map((s) => new Promise((done) => s.once('connect', done).once('close', done))));
  for (const [k, socket] of sockets.entries()) k % 2 ? socket.resetAndDestroy() : socket.end();
}
await answers();
await site.stop(server);
site.check();
site.end();
