/**
 * Flags of Node's own with which the API runs (the Dockerfile says the same). A small space for short-lived objects makes
 * the collector look often, so that the buffers of received bytes, which live outside the heap, do not pile up.
 */
export const API_FLAGS = ['--max-semi-space-size=4'];
