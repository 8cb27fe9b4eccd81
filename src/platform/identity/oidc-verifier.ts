import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { ConfigurationError } from '../base/configuration.js';
import type { Log } from '../telemetry/log.js';
import { IssuerUnavailable, type TokenVerifier, type VerifiedToken } from './authenticator.js';

/** Asymmetric only: with a symmetric one, whoever may verify could sign. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const TIMEOUT_MS = 5_000;
/** An issuer that failed is left alone for so long; a new key is looked for no more often than this. */
const PAUSE_MS = 1_000;
/** Two machines' clocks are never quite the same. */
const TOLERANCE_S = 5;

/** Checks tokens of an OpenID Connect issuer by the keys that it publishes (OpenID Connect Discovery 1.0). */
export class OidcVerifier implements TokenVerifier {
  private discovered: Promise<JWTVerifyGetKey> | undefined;
  private failedAt: number | undefined;

  constructor(
    private readonly issuer: string,
    private readonly audience: string,
    private readonly log: Log,
  ) {}

  /**
   * Asks the issuer for the first time, so that a wrong one is found at start. One that does not answer is asked again
   * with the first token.
   * @throws ConfigurationError when what answers there is not the issuer configured
   */
  async prepare(): Promise<void> {
    await this.keys().catch((error: unknown) => {
      if (!(error instanceof IssuerUnavailable)) throw error;
    });
  }

  /** @throws IssuerUnavailable when the issuer had to be asked and did not answer; anything else is the token's fault */
  async verify(token: string): Promise<VerifiedToken> {
    const { payload } = await jwtVerify(token, this.keyFor, {
      algorithms: ALGORITHMS,
      issuer: this.issuer,
      audience: [this.audience, 'portal'],
      requiredClaims: ['sub', 'aud', 'exp'],
      clockTolerance: TOLERANCE_S,
    });
    const audiences = [payload.aud ?? []].flat();
    return {
      subject: payload.sub ?? '',
      audience: audiences.includes(this.audience) ? 'remit' : 'portal',
      expiresAt: payload.exp ?? 0,
      claims: payload,
    };
  }

  /** Called only for a token of an algorithm that is allowed: with less nobody makes us ask the issuer. */
  private readonly keyFor: JWTVerifyGetKey = async (header, jws) => {
    try {
      const key = await (await this.keys())(header, jws);
      this.answered();
      return key;
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw this.unavailable(error);
    }
  };

  private keys(): Promise<JWTVerifyGetKey> {
    this.discovered ??= this.discover().catch((error: unknown) => {
      this.discovered = undefined;
      throw error;
    });
    return this.discovered;
  }

  private async discover(): Promise<JWTVerifyGetKey> {
    if (this.failedAt !== undefined && Date.now() - this.failedAt < PAUSE_MS) throw new IssuerUnavailable();
    const described = (await this.description().catch((error: unknown) => {
      throw this.unavailable(error);
    })) as { jwks_uri?: unknown; issuer?: unknown } | null;
    const { jwks_uri: keys, issuer } = described ?? {};
    if (issuer !== this.issuer)
      throw new ConfigurationError(
        `OIDC_ISSUER is ${this.issuer}, but what answers there calls itself ${JSON.stringify(issuer)}: write it exactly so.`,
      );
    const isSafe = typeof keys === 'string' && (keys.startsWith('https://') || this.issuer.startsWith('http://'));
    if (!isSafe || !URL.canParse(keys))
      throw new ConfigurationError(`OIDC_ISSUER ${this.issuer} must publish its keys at an https address (jwks_uri).`);
    return createRemoteJWKSet(new URL(keys), { timeoutDuration: TIMEOUT_MS, cooldownDuration: PAUSE_MS });
  }

  private async description(): Promise<unknown> {
    const url = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    if (!response.ok) throw new Error(`It answers ${response.status}.`);
    return response.json();
  }

  /** Said once an outage, not once a request. */
  private unavailable(error: unknown): IssuerUnavailable {
    if (error instanceof IssuerUnavailable) return error;
    if (this.failedAt === undefined) this.log.warn(`The issuer ${this.issuer} cannot be used: new tokens must wait.`);
    this.failedAt = Date.now();
    return new IssuerUnavailable();
  }

  private answered(): void {
    if (this.failedAt !== undefined) this.log.log(`The issuer ${this.issuer} answers again.`);
    this.failedAt = undefined;
  }
}
