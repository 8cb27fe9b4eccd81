import 'reflect-metadata';
import { runServer } from '../../../../src/run-server.js';
import type { Instructions } from '../crash-points.js';
import { onRequest, report } from './channel.js';
import { FaultProbe } from './fault-probe.js';
import { poison } from './observed-effects.js';
import { arm } from './reach.js';

/** The application with a probe. Only this entry point reads the variable: the application has none of that name. */
const instructions = JSON.parse(process.env.TEST_FAULTS ?? '') as Instructions;
onRequest((request) => {
  if ('poison' in request) {
    poison(request.poison);
    report({ poisoned: request.poison.length });
    return;
  }
  arm(request.arm, request.after, request.signal);
  report({ armed: request.arm });
});
await runServer(new FaultProbe(instructions));
