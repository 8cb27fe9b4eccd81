import { createHmac, createHash, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';

/**
 * Passwords of the modules' roles, derived from the administrator's, so that replicas that share nothing but
 * `DATABASE_URL` agree, and a container without a disk keeps working. A module's password reveals no other's.
 */
export class Credentials {
  private readonly key: Buffer;

  /** @param salt from the database; a new one rotates every password. */
  constructor(administratorSecret: string, salt: string) {
    this.key = scryptSync(administratorSecret, salt, 32);
  }

  passwordOf(role: string): string {
    return createHmac('sha256', this.key).update(role).digest('base64url');
  }

  /** Tells two sets of credentials apart without telling what they are. */
  fingerprint(): string {
    return createHmac('sha256', this.key).update('fingerprint').digest('hex').slice(0, 16);
  }
}

/** The verifier that PostgreSQL stores (RFC 5803), so that no password travels in a statement that a server may log. */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const iterations = 4096;
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const sign = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(sign('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${sign('Server Key').toString('base64')}`;
}

/** The same server and database, as another role. */
export function connectionFor(url: string, role: string, password: string): string {
  const connection = new URL(url);
  connection.username = encodeURIComponent(role);
  connection.password = encodeURIComponent(password);
  return connection.toString();
}
