// The physical references that are programs of their own: raw SQLite reading, and raw SQLite moving deals.
import { writeFileSync } from 'node:fs';
import { insist } from './expect.mjs';
import { program, run } from './place.mjs';

// What the reader needs to know to write the same JSON: the columns of a deal with their types, then the queries.
function recipeOf(shape, lines) {
  const columns = shape.kinds.deals.map((f) => `column ${f.name} ${f.type}`);
  return `${[...columns, ...lines].join('\n')}\n`;
}

export function raw(bench, data, shape, lines) {
  const recipe = bench.file(`${lines[0].split(' ')[0]}.recipe`);
  writeFileSync(recipe, recipeOf(shape, lines));
  const common = ['--db', data.file, '--recipe', recipe];
  return {
    // The reference does the same work only if it writes the same: `want` for each query, `part` of its bodies.
    async compare(want, part, now = 0) {
      const { stdout } = await run(program('raw'), [...common, '--seconds', '0', '--now', String(now)]);
      const got = stdout
        .trim()
        .split('\n')
        .map((line) => part(JSON.parse(line)));
      insist(want, got, 'what the reference writes');
    },
    async measure(threads) {
      const words = [...common, '--threads', String(threads), '--seconds', String(bench.times.seconds)];
      return JSON.parse((await run(program('raw'), words)).stdout);
    },
  };
}
