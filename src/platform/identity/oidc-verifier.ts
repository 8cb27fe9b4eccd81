import { createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { TokenVerifier, VerifiedToken } from './authenticator.js';

/** Asymmetric only: with a symmetric one, whoever may verify could sign. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const DISCOVERY_TIMEOUT_MS = 5_000;

/** Checks tokens of an OpenID Connect issuer by the keys that it publishes (OpenID Connect Discovery 1.0). */
export class OidcVerifier implements TokenVerifier {
  private keys: JWTVerifyGetKey | undefined;

  constructor(
    private readonly issuer: string,
    private readonly audience: string,
  ) {}

  async verify(token: string): Promise<VerifiedToken> {
    this.keys ??= await this.discover();
    const { payload } = await jwtVerify(token, this.keys, {
      algorithms: ALGORITHMS,
      issuer: this.issuer,
      audience: [this.audience, 'portal'],
      requiredClaims: ['sub', 'aud', 'exp'],
    });
    const audiences = [payload.aud ?? []].flat();
    return {
      subject: payload.sub ?? '',
      audience: audiences.includes(this.audience) ? 'remit' : 'portal',
      expiresAt: payload.exp ?? 0,
      claims: payload,
    };
  }

  private async discover(): Promise<JWTVerifyGetKey> {
    const url = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS) });
    const { jwks_uri: keys, issuer } = (await response.json()) as { jwks_uri?: string; issuer?: string };
    if (!keys || issuer !== this.issuer) throw new Error('The issuer does not describe itself as configured.');
    return createRemoteJWKSet(new URL(keys));
  }
}
