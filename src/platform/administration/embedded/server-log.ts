import { open, rename, stat, type FileHandle } from 'node:fs/promises';
import { unlessCode } from '../../base/error-code.js';

const ROTATE_AT_BYTES = 4 * 1024 * 1024;

/** The server's log as it is from now on. One older file is kept, so that a server that restarts often fills no disk. */
export class ServerLog {
  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly start: number,
  ) {}

  static async open(path: string): Promise<ServerLog> {
    const size = (await unlessCode(stat(path), 'ENOENT'))?.size ?? 0;
    if (size > ROTATE_AT_BYTES) await rename(path, `${path}.1`);
    const file = await open(path, 'a+', 0o600);
    return new ServerLog(path, file, (await file.stat()).size);
  }

  /** For the server to inherit; it writes there itself, so that its log does not end with our process. */
  get descriptor(): number {
    return this.file.fd;
  }

  /** The last of what was written since it was opened. */
  async tail(): Promise<string> {
    const end = (await this.file.stat()).size;
    const from = Math.max(this.start, end - 16_384);
    const { buffer, bytesRead } = await this.file.read({ buffer: Buffer.alloc(end - from), position: from });
    return buffer.toString('utf8', 0, bytesRead).trim().split('\n').slice(-10).join('\n');
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
