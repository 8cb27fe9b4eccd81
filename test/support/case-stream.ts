/** What a stream says of a change. */
export interface StreamedEvent {
  event: string;
  id: string;
  data: { caseId: string; lastEventId: string; lastEventOccurredAt: string; projectedAt: string };
}

export interface CaseStream {
  response: Response;
  leave: () => void;
  /** The next event, or nothing once the stream has ended. */
  next: () => Promise<StreamedEvent | undefined>;
}

const tokens = new Map<string, string>();

/** @param api with the prefix */
export async function tokenFrom(api: string, actorId: string): Promise<string> {
  const name = `${api} ${actorId}`;
  const known = tokens.get(name);
  if (known) return known;
  const response = await fetch(`${api}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ actorId }),
  });
  const { accessToken } = (await response.json()) as { accessToken: string };
  tokens.set(name, accessToken);
  return accessToken;
}

/** A client of the stream of a case. */
export async function listenToCase(api: string, caseId: string, actorId = 'investigator_ivo'): Promise<CaseStream> {
  const leaving = new AbortController();
  const response = await fetch(`${api}/cases/${caseId}/events`, {
    headers: { authorization: `Bearer ${await tokenFrom(api, actorId)}` },
    signal: leaving.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    leave: () => {
      leaving.abort();
    },
    next: async () => {
      for (;;) {
        const [block, ...rest] = text.split('\n\n');
        if (rest.length > 0 && block !== undefined) {
          text = rest.join('\n\n');
          const [event = '', id = '', data = ''] = block.split('\n').map((line) => line.replace(/^\w+: /, ''));
          if (block.startsWith('event:')) return { event, id, data: JSON.parse(data) as StreamedEvent['data'] };
          continue;
        }
        const read = await reader?.read();
        if (!read || read.done) return undefined;
        text += read.value;
      }
    },
  };
}
