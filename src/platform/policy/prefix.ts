/** All of the API lives under it; health and metrics do not. */
export const API_PREFIX = 'api/v1';
