import 'reflect-metadata';
import type { Instructions } from '../crash-points.js';
import { breakages } from './breakages.js';
import { placePoints } from './points.js';
import { arm } from './reach.js';
import { watchStatements } from './statements.js';
import { hear, say } from './words.js';
import { placeWitness, poison } from './witness.js';

/** Loaded before the application by `node --import`: the application itself carries nothing of all this. */
const instructions = JSON.parse(process.env.TEST_FAULTS ?? '') as Instructions;
watchStatements();
placePoints(instructions);
placeWitness(instructions);
if (instructions.broken) breakages[instructions.broken]();
hear((order) => {
  if ('poison' in order) {
    poison(order.poison);
    return;
  }
  arm(order.arm, order.after, order.stroke);
  say({ armed: order.arm });
});
