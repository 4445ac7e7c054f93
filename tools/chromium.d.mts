/** A Chromium that runs here. */
export interface Chromium {
  executablePath: string;
  /** Command-line switches it needs on this machine, without any that relax what a page may do. */
  args: string[];
  /** The environment to start it with: the whole, not a difference. */
  env: Record<string, string>;
  /** What it said to `--version`. */
  version: string;
}

/**
 * A system Chromium, else the one of @sparticuz/chromium, unpacked for this user; whichever really answers `--version`.
 * @returns `skip` with the reason when neither runs
 */
export function findChromium(options?: {
  /** Leave the system's out (tests). */
  onlyBundled?: boolean;
}): Promise<Chromium | { skip: string }>;
