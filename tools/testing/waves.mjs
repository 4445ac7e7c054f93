/** Projects whose tests take one worker, and wait for other processes most of the time. */
const PATIENT = ['tools', 'web-e2e'];

/**
 * What runs at the same time, and how many projects of it at once: never more tests than two cores can run.
 * @param {readonly string[]} projects
 * @param {boolean} small
 * @returns {(readonly [readonly string[], number])[]}
 */
export function wavesOf(projects, small) {
  if (small) return [[projects, 2]];
  const busy = projects.filter((name) => !PATIENT.includes(name));
  const patient = projects.filter((name) => PATIENT.includes(name));
  return [/** @type {const} */ ([busy, 1]), /** @type {const} */ ([patient, 2])].filter(([some]) => some.length > 0);
}
