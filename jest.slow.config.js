import quick from './jest.config.js';

/** What `npm test` leaves out: see CONTRIBUTING.md. */
export default { ...quick, testRegex: '\\.slow\\.test\\.ts$' };
