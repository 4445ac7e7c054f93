import { describe, expect, it, jest } from '@jest/globals';
import { FakeClock, settle } from '../test/fake-clock.js';
import { FakeConnectivity } from '../test/fake-connectivity.js';
import { knownProblem, networkProblem, parseRetryAfter, problemFromAnswer } from './problem-error.js';
import { type RetryEnvironment, backoff, withRetries } from './retries.js';

function environment(): RetryEnvironment & { clock: FakeClock; connectivity: FakeConnectivity } {
  return { clock: new FakeClock(), connectivity: new FakeConnectivity(), random: () => 0.5, reauthorize: null };
}

const busy = knownProblem('overloaded', 'Busy.');
const options = () => ({ signal: new AbortController().signal, onWait: jest.fn() });

describe('waiting between tries', () => {
  it('doubles up to half a minute, with full jitter', () => {
    const ceilings = [1, 2, 3, 7, 20].map((failures) => backoff(failures, null, () => 1));
    expect(ceilings).toEqual([500, 1000, 2000, 30_000, 30_000]);
    expect(backoff(5, null, () => 0)).toBe(0);
  });

  it('is never shorter than the server asked for', () => {
    expect(backoff(1, 7_000, () => 0)).toBe(7_000);
    expect(backoff(9, 7_000, () => 1)).toBeLessThan(8_000);
  });

  it('reads Retry-After as seconds or as a date', () => {
    expect(parseRetryAfter('3')).toBe(3_000);
    expect(parseRetryAfter(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000);
    expect(parseRetryAfter('soon')).toBeNull();
    expect(parseRetryAfter(null)).toBeNull();
  });
});

describe('repeating a request', () => {
  it('goes on after failures that may pass', async () => {
    const world = environment();
    const attempt = jest.fn<() => Promise<string>>();
    attempt.mockRejectedValueOnce(busy).mockRejectedValueOnce(networkProblem()).mockResolvedValueOnce('done');
    const watched = options();
    const result = withRetries(attempt, world, watched);
    await world.clock.advance(5_000);
    await expect(result).resolves.toBe('done');
    expect(watched.onWait).toHaveBeenCalledTimes(2);
  });

  it('stops at a refusal', async () => {
    const attempt = jest.fn<() => Promise<never>>().mockRejectedValue(knownProblem('name-taken', 'Taken.'));
    await expect(withRetries(attempt, environment(), options())).rejects.toMatchObject({ code: 'name-taken' });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('gives up after a limit of tries', async () => {
    const world = environment();
    const attempt = jest.fn<() => Promise<never>>().mockRejectedValue(busy);
    const result = withRetries(attempt, world, { ...options(), maxAttempts: 5 }).catch((error: unknown) => error);
    await world.clock.advance(60_000);
    expect(await result).toBe(busy);
    expect(attempt).toHaveBeenCalledTimes(5);
  });

  it('waits for the network without counting, and goes on as soon as it is back', async () => {
    const world = environment();
    world.connectivity.set(false);
    const attempt = jest.fn<() => Promise<string>>().mockRejectedValue(networkProblem());
    const watched = options();
    const result = withRetries(attempt, world, { ...watched, maxAttempts: 3 });
    await world.clock.advance(10 * 60_000);
    expect(watched.onWait).toHaveBeenLastCalledWith(expect.objectContaining({ code: 'offline' }));
    attempt.mockResolvedValue('done');
    world.connectivity.set(true);
    await expect(result).resolves.toBe('done');
  });

  it('waits for a server that is known to be away without counting, at growing intervals', async () => {
    const world = environment();
    world.connectivity.set(true, false);
    const attempt = jest.fn<() => Promise<string>>();
    const proxied = problemFromAnswer({ status: 502, retryAfter: null, body: '' });
    attempt.mockImplementation(() => Promise.reject(attempt.mock.calls.length % 2 === 0 ? proxied : networkProblem()));
    const result = withRetries(attempt, world, { ...options(), maxAttempts: 3 });
    await world.clock.advance(60 * 60_000);
    expect(attempt.mock.calls.length).toBeGreaterThan(100);
    expect(attempt.mock.calls.length).toBeLessThan(400);
    attempt.mockResolvedValue('done');
    world.connectivity.set(true);
    await expect(result).resolves.toBe('done');
  });

  it('comes no sooner than the server has asked for, however good the network is', async () => {
    const world = environment();
    const later = problemFromAnswer({ status: 503, retryAfter: '30', body: '' });
    const attempt = jest.fn<() => Promise<string>>().mockRejectedValueOnce(later).mockResolvedValueOnce('done');
    const result = withRetries(attempt, world, options());
    await settle();
    world.connectivity.set(true);
    await world.clock.advance(29_000);
    expect(attempt).toHaveBeenCalledTimes(1);
    await world.clock.advance(2_000);
    await expect(result).resolves.toBe('done');
  });

  it('asks for a new session, then repeats', async () => {
    const reauthorize = jest.fn<() => Promise<boolean>>().mockResolvedValue(true);
    const attempt = jest.fn<() => Promise<string>>();
    attempt.mockRejectedValueOnce(knownProblem('unauthorized', 'Who?')).mockResolvedValueOnce('done');
    await expect(withRetries(attempt, { ...environment(), reauthorize }, options())).resolves.toBe('done');
    reauthorize.mockResolvedValue(false);
    attempt.mockRejectedValue(knownProblem('unauthorized', 'Who?'));
    const refused = withRetries(attempt, { ...environment(), reauthorize }, options());
    await expect(refused).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('ends at once when aborted while it waits', async () => {
    const world = environment();
    const abort = new AbortController();
    const result = withRetries(() => Promise.reject(busy), world, { signal: abort.signal, onWait: () => undefined });
    const outcome = result.catch((error: unknown) => error);
    await settle();
    abort.abort('enough');
    expect(await outcome).toBe('enough');
  });
});

describe('answers that are no problem documents', () => {
  it.each([
    [502, true],
    [429, true],
    [413, false],
    [404, false],
  ])('takes status %i as retryable: %s', (status, retryable) => {
    const problem = problemFromAnswer({ status, retryAfter: null, body: '<html>proxy</html>' });
    expect(problem).toMatchObject({ code: 'http-error', status, retryable });
  });
});
