/** Token of the SessionCookie; null when no admin token is set. */
export const SESSION_COOKIE = Symbol('SESSION_COOKIE');
