import type { Role, RolePolicy } from '../../casework/roles.js';

const reads: readonly Role[] = ['OPERATOR', 'SUPERVISOR'];
const acts: readonly Role[] = ['OPERATOR'];

/** Who may do what, row for row from the permission table. */
export const operationsPolicies = {
  readRelay: { endpoint: 'GET /operations/relay', roles: reads, guards: [] },
  pauseRelay: { endpoint: 'POST /operations/relay/pause', roles: acts, highRisk: true, guards: [] },
  resumeRelay: { endpoint: 'POST /operations/relay/resume', roles: acts, highRisk: true, guards: [] },
  listConsumers: { endpoint: 'GET /operations/consumers', roles: reads, guards: [] },
  readConsumer: { endpoint: 'GET /operations/consumers/{name}', roles: reads, guards: [] },
  pauseConsumer: { endpoint: 'POST /operations/consumers/{name}/pause', roles: acts, highRisk: true, guards: [] },
  resumeConsumer: { endpoint: 'POST /operations/consumers/{name}/resume', roles: acts, highRisk: true, guards: [] },
  listDeadLetters: { endpoint: 'GET /operations/dead-letters', roles: reads, guards: [] },
  retryDeadLetter: {
    endpoint: 'POST /operations/dead-letters/{deadLetterId}/retry',
    roles: acts,
    highRisk: true,
    guards: [],
  },
  discardDeadLetter: {
    endpoint: 'POST /operations/dead-letters/{deadLetterId}/discard',
    roles: acts,
    highRisk: true,
    guards: [],
  },
  listJobs: { endpoint: 'GET /operations/jobs', roles: reads, guards: [] },
  readJob: { endpoint: 'GET /operations/jobs/{jobId}', roles: reads, guards: [] },
  cancelJob: { endpoint: 'POST /operations/jobs/{jobId}/cancellation', roles: acts, highRisk: true, guards: [] },
  pauseJob: { endpoint: 'POST /operations/jobs/{jobId}/pause', roles: acts, highRisk: true, guards: [] },
  resumeJob: { endpoint: 'POST /operations/jobs/{jobId}/resume', roles: acts, highRisk: true, guards: [] },
  listTimers: { endpoint: 'GET /operations/timers', roles: reads, guards: [] },
  retryTimer: { endpoint: 'POST /operations/timers/{timerId}/retry', roles: acts, highRisk: true, guards: [] },
  rebuildProjection: {
    endpoint: 'POST /operations/projections/{name}/rebuild',
    roles: acts,
    highRisk: true,
    guards: [],
  },
} as const satisfies Record<string, RolePolicy>;
