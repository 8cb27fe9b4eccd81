import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { Audience, TokenVerifier, VerifiedToken } from './authenticator.js';

const ISSUER = 'urn:remit:development';
/** RFC 8410: what precedes the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const LIFETIME = '12h';

/** Signs tokens for demonstrations. Exists only where development helpers are allowed. */
export class DevelopmentIssuer implements TokenVerifier {
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;

  /** @param seed 32 bytes that every process on this database derives alike */
  constructor(seed: Buffer) {
    this.privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.privateKey);
  }

  sign(subject: string, audience: Audience, claims: Record<string, unknown>): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(this.privateKey);
  }

  async verify(token: string): Promise<VerifiedToken> {
    const { payload } = await jwtVerify(token, this.publicKey, {
      algorithms: ['EdDSA'],
      issuer: ISSUER,
      audience: ['remit', 'portal'],
      requiredClaims: ['sub', 'aud', 'exp'],
    });
    const audience = payload.aud === 'portal' ? 'portal' : 'remit';
    return { subject: payload.sub ?? '', audience, expiresAt: payload.exp ?? 0, claims: payload };
  }
}
