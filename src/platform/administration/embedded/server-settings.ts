const DEFAULTS = {
  // Fifteen modules, each with a pool of its own in every process.
  max_connections: '200',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  password_encryption: 'scram-sha-256',
  // Errors of statements and their values are the application's to report, redacted. Here they would stay in clear.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/**
 * The server's settings as its arguments. What keeps it private and recognisable cannot be overridden: no address but
 * the loopback one and no Unix socket, whose path must be short and which a foreign account could not reach.
 */
export function serverArguments(
  cluster: { path: string; name: string },
  port: number,
  overrides: Readonly<Record<string, string>> = {},
): string[] {
  const settings: Record<string, string> = {
    ...DEFAULTS,
    ...overrides,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    cluster_name: cluster.name,
    logging_collector: 'off',
    log_destination: 'stderr',
  };
  return ['-D', cluster.path, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
