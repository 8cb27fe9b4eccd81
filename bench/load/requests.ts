import { newId } from '../../src/platform/base/ids.js';

/** What to send over and over. Plain data, because it travels to the process that sends it. */
export interface Plan {
  baseUrl: string;
  token?: string;
  connections: number;
  /** As many as the connections can send, unless given. */
  perSecond?: number;
  seconds: number;
  request:
    | { kind: 'register-case'; path: string; caseTypes: readonly string[]; partyIds: readonly string[] }
    | { kind: 'get'; paths: readonly string[] };
}

export interface Sent {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

/** A summary as long as a short letter: with it an event and its case come to about 500 bytes each. */
export const SUMMARY =
  'An inspection on site found discharge above the permitted level at the outfall. Samples were taken and sealed.';

/** Makes the requests of a plan, each with a key of its own, spread evenly over what it names. */
export function requestsOf({ request, token }: Plan): () => Sent {
  let count = 0;
  const authorization: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  if (request.kind === 'get')
    return () => {
      count += 1;
      const path = request.paths[(count * 7_919) % request.paths.length] ?? '/';
      return { method: 'GET', path, headers: authorization, body: null };
    };
  const { path, caseTypes, partyIds } = request;
  return () => {
    count += 1;
    const body = JSON.stringify({
      caseTypeCode: caseTypes[count % caseTypes.length],
      title: `Discharge above the weir ${count}`,
      summary: SUMMARY,
      location: 'Mill Lane, River Ash, grid reference TQ 0614 7215',
      receivedOn: '2026-03-02',
      parties: [{ partyId: partyIds[count % partyIds.length], role: 'SUBJECT' }],
    });
    const headers = { ...authorization, 'content-type': 'application/json', 'idempotency-key': newId('key') };
    return { method: 'POST', path, headers, body };
  };
}
