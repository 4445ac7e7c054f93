/** How often a run of every day does what is done more often by hand. */

/** Rounds of each race against a quota. */
export const QUOTA_ROUNDS = Number(process.env['STOWAGE_QUOTA_ROUNDS'] ?? 5);

/** Rounds of an expiry beside the next chunk. */
export const EXPIRY_ROUNDS = Number(process.env['STOWAGE_EXPIRY_ROUNDS'] ?? 40);

/** Sequences of requests, deaths and jobs that are compared with the model. */
export const MODEL_RUNS = Number(process.env['STOWAGE_MODEL_RUNS'] ?? 40);

/** Orders in which the steps of requests that overlap may happen. */
export const INTERLEAVINGS = Number(process.env['STOWAGE_INTERLEAVINGS'] ?? 300);
