#!/bin/sh
# fetch (undici) and fresh (in Express): a conditional request that is never answered 304.
#
# One would guess: a client that sends If-None-Match with the ETag that it was given gets 304 from an Express application,
# which makes and compares ETags by itself.
#
# What is so: a fetch whose caller sets If-None-Match takes no cache into account (cache mode no-store), and so adds
# `Cache-Control: no-cache` and `Pragma: no-cache` of its own. `fresh`, which decides for Express, takes no-cache of the
# request for the wish to have it all anew, whatever the tag: the answer is 200 with the whole body, each time. The same
# request by node:http, without those headers, is answered 304. A caller of fetch gets 304 by a Cache-Control of its own.
#
# Versions: undici 7.16.0, express 5.1.0 with fresh 2.0.0. Source: the Fetch standard, HTTP-network-or-cache fetch, steps
# on If-None-Match and on cache mode no-store; undici lib/web/fetch/index.js (httpNetworkOrCacheFetch); fresh index.js
# (CACHE_CONTROL_NO_CACHE_REGEXP). RFC 9111, 5.2.1.4: no-cache of a request is for caches; RFC 9110, 13.1.2: a match of
# If-None-Match is answered 304.
#
# Needs Node and the network; installs into a temporary folder. Fails when this is so no longer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund undici@7.16.0 express@5.1.0 > /dev/null
cat > show.js <<'SCRIPT'
import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import express from 'express';
import { fetch } from 'undici';

const require = createRequire(import.meta.url);
const versions = ['undici', 'express', 'fresh'].map((name) => `${name} ${require(`${name}/package.json`).version}`);
const app = express();
let sent;
app.get('/', (request, response) => {
  sent = request.headers['cache-control'];
  response.json({ answer: 42 });
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/`;
const seen = {};
try {
  const first = await fetch(url);
  const etag = first.headers.get('etag');
  await first.text();
  const again = async (headers) => {
    const { status } = await fetch(url, { headers: { 'if-none-match': etag, ...headers } });
    return `${status}, Cache-Control sent: ${sent}`;
  };
  seen['fetch with the tag'] = await again({});
  seen['fetch with the tag and max-age=0'] = await again({ 'cache-control': 'max-age=0' });
  const [plain] = await once(http.get(url, { headers: { 'if-none-match': etag } }), 'response');
  plain.resume();
  seen['node:http with the tag'] = `${plain.statusCode}, Cache-Control sent: ${sent}`;
} finally {
  server.closeAllConnections();
  server.close();
}
console.log(`Node ${process.version}, ${versions.join(', ')}`);
for (const [what, outcome] of Object.entries(seen)) console.log(`${what}: ${outcome}`);
const wanted = {
  'fetch with the tag': '200, Cache-Control sent: no-cache',
  'fetch with the tag and max-age=0': '304, Cache-Control sent: max-age=0',
  'node:http with the tag': '304, Cache-Control sent: undefined',
};
if (JSON.stringify(seen) !== JSON.stringify(wanted)) {
  console.error('It is so no longer.');
  process.exit(1);
}
SCRIPT
node show.js
