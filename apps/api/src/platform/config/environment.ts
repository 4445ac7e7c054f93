import { parseConfiguration, type Configuration } from './configuration.js';

/** Reads the environment: the only place that does. */
export function readEnvironment(): Configuration {
  return parseConfiguration(process.env);
}
