// Reading a database beside the product: SQLite's and PostgreSQL's own shells, never the product's code.
import { run } from './place.mjs';

export const sqlite = (file) => ({
  dialect: 'sqlite',
  file,
  async rows(sql) {
    const { stdout } = await run('sqlite3', ['-readonly', '-json', '-cmd', '.timeout 10000', file, sql]);
    return stdout.trim() ? JSON.parse(stdout) : [];
  },
  async value(sql) {
    const [row] = await this.rows(sql);
    return row ? Object.values(row)[0] : null;
  },
});

export const postgres = (url, psql) => ({
  dialect: 'postgres',
  url,
  async rows(sql) {
    const whole = `SELECT coalesce(json_agg(r), '[]') FROM (${sql}) r`;
    const { stdout } = await run(psql, ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', whole, url]);
    return JSON.parse(stdout);
  },
  async value(sql) {
    const [row] = await this.rows(sql);
    return row ? Object.values(row)[0] : null;
  },
});
