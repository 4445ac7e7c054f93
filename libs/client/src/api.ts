// What asks the server, without what sends files. A bundler keeps all that a barrel names together, so whoever imports from
// the other one before anything is sent fetches the uploader as well.
export { ApiClient } from './api-client.js';
export { CLIENT_PROBLEMS, type ClientProblemCode, ProblemError, toProblem } from './problem-error.js';
