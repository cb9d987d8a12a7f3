/** What a sign-up costs at the least: an Express route that waits for one INSERT. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const app = express();
app.post('/sign-ups', express.json(), async (req, res) => {
  await pool.query('insert into bare_sign_ups (email, time_zone) values ($1, $2)', [
    req.body.email,
    req.body.time_zone,
  ]);
  res.status(202).json({ status: 'check-your-inbox' });
});
const server = createServer(app);
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`ready on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);
process.once('SIGTERM', () => process.exit(0));
