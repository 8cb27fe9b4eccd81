import { type JsonWebKey, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT, type JWK } from 'jose';
import { TEST_SEED } from './application.js';

/** RFC 8410: what precedes the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const issuerKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, TEST_SEED]), format: 'der', type: 'pkcs8' });

/** A token of the tests' issuer, with whatever is to be wrong about it. Times are seconds from now. */
export interface TokenMade {
  subject?: string;
  issuer?: string;
  audience?: string;
  expiresIn?: number | null;
  notBefore?: number;
  claims?: Record<string, unknown>;
  algorithm?: string;
  key?: KeyObject | Uint8Array;
}

export function makeToken(made: TokenMade = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const { subject = 'intake_ines', issuer = 'urn:remit:development', audience = 'remit', expiresIn = 60 } = made;
  const token = new SignJWT(made.claims ?? {})
    .setProtectedHeader({ alg: made.algorithm ?? 'EdDSA' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt(now - 120);
  if (expiresIn !== null) token.setExpirationTime(now + expiresIn);
  if (made.notBefore !== undefined) token.setNotBefore(now + made.notBefore);
  return token.sign(made.key ?? issuerKey);
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** Tokens that nobody may be let in with, each wrong in one way. */
export async function forgedTokens(): Promise<Record<string, string>> {
  const right = await makeToken();
  const [header, payload, signature] = right.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object;
  const publicKey = createPublicKey(issuerKey);
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const symmetric = (key: string | Buffer): Promise<string> =>
    makeToken({ algorithm: 'HS256', key: typeof key === 'string' ? Buffer.from(key) : key });
  return {
    'no token at all': 'garbage',
    'three parts of garbage': 'a.b.c',
    'signed by somebody else': await makeToken({ key: stranger }),
    expired: await makeToken({ expiresIn: -60 }),
    'without an end': await makeToken({ expiresIn: null }),
    'not valid yet': await makeToken({ notBefore: 60 }),
    'for another audience': await makeToken({ audience: 'elsewhere' }),
    'for the portal': await makeToken({ audience: 'portal' }),
    'of another issuer': await makeToken({ issuer: 'https://issuer.example' }),
    'of an officer whom nobody knows': await makeToken({ subject: 'mallory' }),
    'with another payload under the signature': [header, encoded({ ...claims, sub: 'admin_ari' }), signature].join('.'),
    'without its signature': [header, payload, ''].join('.'),
    'unsigned (alg none)': [encoded({ alg: 'none' }), payload, ''].join('.'),
    'unsigned (alg None, another spelling)': [encoded({ alg: 'None' }), payload, signature].join('.'),
    'signed with the public key as a secret (PEM)': await symmetric(
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ),
    'signed with the public key as a secret (DER)': await symmetric(publicKey.export({ type: 'spki', format: 'der' })),
    'signed with the public key as a secret (raw)': await symmetric(
      Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
    ),
  };
}

/** Of a key that an issuer publishes: what may be tried by whoever knows no more than that. */
export async function forgeriesFor(jwk: JWK, issuer: string): Promise<Record<string, string>> {
  const claims = { roles: ['INTAKE_OFFICER'] };
  const publicKey = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const now = Math.floor(Date.now() / 1000);
  const payload = encoded({ ...claims, iss: issuer, aud: 'remit', sub: 'ines', exp: now + 60 });
  const signed = (alg: string, key: KeyObject | Uint8Array): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg, kid: jwk.kid ?? '' })
      .setIssuer(issuer)
      .setAudience('remit')
      .setSubject('ines')
      .setExpirationTime(now + 60)
      .sign(key);
  return {
    'unsigned (alg none)': [encoded({ alg: 'none', kid: jwk.kid }), payload, ''].join('.'),
    'signed with the published key as a secret (PEM)': await signed(
      'HS256',
      Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    ),
    'signed with the published key as a secret (JWK)': await signed('HS256', Buffer.from(JSON.stringify(jwk))),
    'signed by somebody else': await signed('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  };
}
