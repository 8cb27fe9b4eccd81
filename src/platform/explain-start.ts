/** What is wrong, by the code of the system call that listens, and how to mend it. */
const LISTENING: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there. Stop it, or set PORT to a free one.',
  EACCES: 'this user may not listen there. Set PORT to 1024 or above.',
  EADDRNOTAVAIL: 'this machine has no such address. Set HOST to one that it has, or to 0.0.0.0.',
  ENOTFOUND: 'this machine has no such address. Set HOST to one that it has, or to 0.0.0.0.',
};

const NO_FOLDER = /^E(ACCES|PERM|ROFS|NOENT|NOSPC|NOTDIR|EXIST)$/;

/** One line for an operator on why it does not start. */
export function explainStart(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall, path, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  // All that is written before there is a server is the data folder.
  if (code !== undefined && path !== undefined && NO_FOLDER.test(code))
    return `REMIT_DATA_DIR: ${path} cannot be used (${code}). Name a folder that this user may write to.`;
  const listening = code !== undefined && (syscall === 'listen' || syscall === 'getaddrinfo') && LISTENING[code];
  const text = listening ? `cannot listen at ${address ?? 'HOST'}:${port ?? 'PORT'}: ${listening}` : error.message;
  return (text || (code ?? error.name)).split(/\s*\n\s*/).join(' ');
}
