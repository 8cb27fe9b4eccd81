import type { Role, RolePolicy } from '../../casework/roles.js';

const reads: readonly Role[] = ['OPERATOR', 'SUPERVISOR'];
const acts: readonly Role[] = ['OPERATOR'];

/** Who may do what, row for row from the permission table. */
export const operationsPolicies = {
  readRelay: { endpoint: 'GET /operations/relay', roles: reads },
  pauseRelay: { endpoint: 'POST /operations/relay/pause', roles: acts, highRisk: true },
  resumeRelay: { endpoint: 'POST /operations/relay/resume', roles: acts, highRisk: true },
  listConsumers: { endpoint: 'GET /operations/consumers', roles: reads },
  readConsumer: { endpoint: 'GET /operations/consumers/{name}', roles: reads },
  pauseConsumer: { endpoint: 'POST /operations/consumers/{name}/pause', roles: acts, highRisk: true },
  resumeConsumer: { endpoint: 'POST /operations/consumers/{name}/resume', roles: acts, highRisk: true },
  listDeadLetters: { endpoint: 'GET /operations/dead-letters', roles: reads },
  retryDeadLetter: { endpoint: 'POST /operations/dead-letters/{deadLetterId}/retry', roles: acts, highRisk: true },
  discardDeadLetter: { endpoint: 'POST /operations/dead-letters/{deadLetterId}/discard', roles: acts, highRisk: true },
  listJobs: { endpoint: 'GET /operations/jobs', roles: reads },
  readJob: { endpoint: 'GET /operations/jobs/{jobId}', roles: reads },
  cancelJob: { endpoint: 'POST /operations/jobs/{jobId}/cancellation', roles: acts, highRisk: true },
  pauseJob: { endpoint: 'POST /operations/jobs/{jobId}/pause', roles: acts, highRisk: true },
  resumeJob: { endpoint: 'POST /operations/jobs/{jobId}/resume', roles: acts, highRisk: true },
  listTimers: { endpoint: 'GET /operations/timers', roles: reads },
  retryTimer: { endpoint: 'POST /operations/timers/{timerId}/retry', roles: acts, highRisk: true },
  rebuildProjection: { endpoint: 'POST /operations/projections/{name}/rebuild', roles: acts, highRisk: true },
} as const satisfies Record<string, RolePolicy>;
