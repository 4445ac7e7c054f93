/** Rounds of each race against a quota; more are run by hand. */
export const QUOTA_ROUNDS = Number(process.env['STOWAGE_QUOTA_ROUNDS'] ?? 5);
