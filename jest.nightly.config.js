import quick from './jest.config.js';

/** What takes the better part of an hour: see CONTRIBUTING.md. */
export default { ...quick, testRegex: '\\.nightly\\.test\\.ts$' };
