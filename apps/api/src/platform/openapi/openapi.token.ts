/** Token of the API's description. */
export const OPENAPI_DOCUMENT = Symbol('OPENAPI_DOCUMENT');
