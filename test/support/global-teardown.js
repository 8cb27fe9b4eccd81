import { rm } from 'node:fs/promises';

export default async function tearDown() {
  const { server, dataDir, journeys } = globalThis.remitTestServer;
  await journeys.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
