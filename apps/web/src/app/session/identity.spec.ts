import { TestBed } from '@angular/core/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { FakeBackend, MARIA } from '../../../test/fake-backend.js';
import { until } from '../../../test/until.js';
import { Connection } from './connection.js';
import { Identity } from './identity.js';
import { Session } from './session.js';

describe('who this is', () => {
  it('is asked at once, again when the server is back, and after signing out', async () => {
    const backend = new FakeBackend();
    backend.who = MARIA;
    backend.refusals.set('GET /api/session', 'network');
    TestBed.configureTestingModule({ providers: backend.providers() });
    TestBed.inject(Identity);
    const [session, connection] = [TestBed.inject(Session), TestBed.inject(Connection)];
    TestBed.tick();
    await until(() => connection.state() !== 'online');
    expect(session.who()).toBeNull();
    backend.refusals.clear();
    connection.contact(true);
    TestBed.tick();
    await until(() => session.who() !== null);
    expect(session.who()).toEqual(MARIA);
    TestBed.tick();
    const calls = backend.calls.length;
    session.ended();
    TestBed.tick();
    await until(() => session.who() !== null);
    expect(backend.calls).toHaveLength(calls + 1);
  });

  it('is asked again after a while by itself, and at once by hand, where the server answers but cannot tell', async () => {
    jest.useFakeTimers();
    try {
      const backend = new FakeBackend();
      backend.who = MARIA;
      backend.refusals.set('GET /api/session', 'database-unavailable');
      TestBed.configureTestingModule({ providers: backend.providers() });
      const identity = TestBed.inject(Identity);
      const session = TestBed.inject(Session);
      await identity.ask();
      expect(identity.problem()?.code).toBe('database-unavailable');
      backend.refusals.clear();
      await jest.advanceTimersByTimeAsync(4_000);
      expect([session.who(), identity.problem()]).toEqual([MARIA, null]);
      session.ended();
      backend.refusals.set('GET /api/session', 'database-unavailable');
      await identity.ask();
      backend.refusals.clear();
      await identity.ask();
      expect([session.who(), identity.problem()]).toEqual([MARIA, null]);
    } finally {
      jest.useRealTimers();
    }
  });
});
