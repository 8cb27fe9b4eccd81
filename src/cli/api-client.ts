import { setTimeout } from 'node:timers/promises';

interface Problem {
  title?: string;
  detail?: string;
  errorCode?: string;
}

/** As long as a restart of the application may take: what was begun goes on after it. */
const MISSING_FOR_MS = 60_000;

/** Speaks to the API in somebody's name. */
export class ApiClient {
  private constructor(
    private readonly api: string,
    private readonly token: string,
  ) {}

  /** With the token given, or in the name of a demo officer where the application knows them. */
  static async as(url: string, token: string | undefined, actorId: string): Promise<ApiClient> {
    const api = `${url}/api/v1`;
    if (token !== undefined) return new ApiClient(api, token);
    const response = await fetch(`${api}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ actorId }),
    });
    if (response.status === 404)
      throw new Error('This application gives no demo tokens. Pass --token, or set REMIT_TOKEN.');
    const { accessToken } = await bodyOf<{ accessToken: string }>(response);
    return new ApiClient(api, accessToken);
  }

  async get<Body>(path: string): Promise<Body> {
    return bodyOf(await fetch(`${this.api}${path}`, { headers: this.headers }));
  }

  async post<Body>(path: string, body: object | Uint8Array, type = 'application/json'): Promise<Body> {
    const headers = { ...this.headers, 'content-type': type };
    const sent = body instanceof Uint8Array ? body : JSON.stringify(body);
    return bodyOf(
      await fetch(`${this.api}${path}`, { method: 'POST', headers, body: sent as NonNullable<RequestInit['body']> }),
    );
  }

  /**
   * Polls until what is there has ended. Bears a restart of the application.
   * @param hasEnded given what each poll found
   */
  async watch<Body>(path: string, everyMs: number, what: string, hasEnded: (found: Body) => boolean): Promise<Body> {
    let missingSince: number | undefined;
    for (;;) {
      try {
        const found = await this.get<Body>(path);
        missingSince = undefined;
        if (hasEnded(found)) return found;
      } catch (error) {
        // What `fetch` throws when nobody answers, or not to the end; anything else is an answer.
        if (!(error instanceof TypeError)) throw error;
        missingSince ??= Date.now();
        if (Date.now() - missingSince > MISSING_FOR_MS)
          throw new Error(`The application no longer answers. It goes on with ${what} when it runs again.`);
      }
      await setTimeout(everyMs);
    }
  }

  private get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }
}

async function bodyOf<Body>(response: Response): Promise<Body> {
  if (response.ok) return (await response.json()) as Body;
  const { title, detail, errorCode } = (await response.json().catch(() => ({}))) as Problem;
  const said = [title, detail === title ? undefined : detail].filter(Boolean).join(' ');
  throw new Error(`${said || 'The application refused.'} (${errorCode ?? response.status})`);
}
