import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import Provider from 'oidc-provider';

/** What a client's access tokens say besides. */
export type Claims = Readonly<Record<string, unknown>>;

const SECRET = 'of-the-tests';

/**
 * An OpenID Connect issuer that runs: discovery, keys, and JWT access tokens for clients (`client_credentials`, with
 * the audience as the resource). Its address stays while it rests.
 */
export class Issuer {
  private server: Server | undefined;
  private port = 0;
  private answer: (request: IncomingMessage, response: ServerResponse) => unknown = () => undefined;
  private signing: { key: CryptoKey; jwk: JWK } | undefined;
  /** What its description calls it, where that is to differ from its address. */
  calledElse: string | undefined;
  asked = 0;

  /** @param subjects clients by id, which is their tokens' subject, with what their tokens say */
  constructor(private readonly subjects: Readonly<Record<string, Claims>>) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      this.asked += 1;
      this.answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    if (!this.signing) await this.rotate('first');
    return this;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  /** From now on it signs with another key, and publishes that alone. */
  async rotate(kid: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    this.signing = { key: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' } };
    this.describe({ ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' });
  }

  get publishedKey(): JWK {
    return this.signing?.jwk ?? {};
  }

  /** By the whole flow over HTTP. */
  async tokenFor(subject: string, audience = 'remit'): Promise<string> {
    const response = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${subject}:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: `urn:${audience}` }),
    });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (!token) throw new Error(`The issuer answers ${response.status} instead of a token.`);
    return token;
  }

  /** Signed with its own key, with whatever is to be wrong. Times are seconds from now. */
  async sign(wrong: {
    issuer?: string;
    audience?: string;
    subject?: string;
    from?: number;
    until?: number;
  }): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    if (!this.signing) throw new Error('It has not started.');
    const { key, jwk } = this.signing;
    return new SignJWT({ roles: ['INTAKE_OFFICER'] })
      .setProtectedHeader({ alg: 'ES256', kid: jwk.kid ?? '', typ: 'at+jwt' })
      .setIssuer(wrong.issuer ?? this.url)
      .setAudience(wrong.audience ?? 'remit')
      .setSubject(wrong.subject ?? 'ines')
      .setNotBefore(now + (wrong.from ?? -60))
      .setExpirationTime(now + (wrong.until ?? 60))
      .sign(key);
  }

  private describe(key: JWK): void {
    const provider = new Provider(this.calledElse ?? this.url, {
      jwks: { keys: [key] },
      clients: Object.keys(this.subjects).map((subject) => ({
        client_id: subject,
        client_secret: SECRET,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      })),
      clientDefaults: { id_token_signed_response_alg: 'ES256' },
      extraTokenClaims: (_context, token) => ({ ...this.subjects[token.clientId ?? ''] }),
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context, resource) => ({
            scope: '',
            audience: resource.replace('urn:', ''),
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          }),
        },
      },
      ttl: { ClientCredentials: 600 },
    });
    this.answer = provider.callback();
  }
}
