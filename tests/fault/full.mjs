// A disk that is really full: node full.mjs PENSTOCK ROUNDS
//
// The data folder is a small file system of its own (where that may be mounted; else the test is skipped). What must hold:
// when there is no room a write or an upload is answered 507 or 503 and nothing of it stays; reads go on; the server
// stays up; with room again, writes go on; rows and log agree.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation } from './server.mjs';

const rounds = Number(process.argv[3] ?? 2);
const top = mkdtempSync(join(tmpdir(), 'penstock-full-'));
const ballast = join(top, 'ballast');
try {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=700', 'none', top], { stdio: 'ignore' });
} catch {
  rmSync(top, { recursive: true });
  process.exit(77);
}
process.on('exit', () => {
  execFileSync('umount', ['-l', top]);
  rmSync(top, { recursive: true });
});

// All the room there is.
function fill() {
  for (let size = 1 << 20; size >= 4096; size /= 2)
    try {
      for (;;) writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' });
    } catch {}
}

const site = new Installation(process.argv[2], join(top, 'data'));
const server = await site.start();
const refused = (status) => status === 507 || status === 503;
const write = (name) => site.ask(server, 'POST', '/organisations', { name, website: `https://example.com/${'x'.repeat(150)}` });

let kept = 0;
let turned = 0;
for (let round = 0; round < rounds; round++) {
  fill();
  let full = 0;
  for (let i = 0; i < 3000 && full < 20; i++) {
    const { status } = await write(`round ${round} number ${i}`);
    site.must(status === 201 || refused(status), `a write was answered ${status}`);
    kept += status === 201;
    full += refused(status);
  }
  site.must(full === 20, 'the disk was never full');
  turned += full;
  const form = new FormData();
  form.set('file', new Blob([Buffer.alloc(300000)]), 'large.bin');
  const upload = await site.ask(server, 'POST', '/files', form);
  site.must(refused(upload.status), `an upload was answered ${upload.status}: ${JSON.stringify(upload.body)}`);
  const read = await site.ask(server, 'GET', '/organisations?limit=1');
  site.must(read.status === 200, `a read was answered ${read.status}`);
  rmSync(ballast);
  const again = await write(`round ${round} with room`);
  site.must(again.status === 201, `with room again a write was answered ${again.status}: ${JSON.stringify(again.body)}`);
  kept += again.status === 201;
}
const { body } = await site.ask(server, 'GET', '/organisations/summary');
site.must(body.count === kept, `${body.count} records are there, ${kept} were acknowledged`);
site.must(readdirSync(join(top, 'data', 'tmp')).length === 0, 'something of the uploads stays');
console.log(`${kept} kept, ${turned} turned away`);
await site.stop(server);
for (const command of ['rebuild'])
  try {
    site.run([command]);
  } catch (error) {
    site.must(false, `${error}\n${error.stdout}`);
  }
site.end();
