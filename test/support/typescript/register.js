import { register } from 'node:module';

/** `node --import` this to run the tests' own TypeScript outside Jest: a process to be killed, or a long run. */
register('./hooks.js', import.meta.url);
