import { TestBed } from '@angular/core/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { Connection } from './connection.js';

describe('the connection', () => {
  it('tells those who wait when the server answers again, and only then', () => {
    const connection = TestBed.inject(Connection);
    const told = jest.fn();
    const leave = connection.onChange(told);
    connection.contact(true);
    connection.contact(false);
    expect(told).not.toHaveBeenCalled();
    connection.contact(true);
    expect(told).toHaveBeenCalledTimes(1);
    leave();
    connection.contact(false);
    connection.contact(true);
    expect(told).toHaveBeenCalledTimes(1);
  });

  it('knows a missing network from a server that does not answer', () => {
    const connection = TestBed.inject(Connection);
    const told = jest.fn();
    connection.onChange(told);
    connection.contact(false);
    expect([connection.state(), connection.isOnline()]).toEqual(['unreachable', true]);
    expect(connection.isReachable()).toBe(false);
    window.dispatchEvent(new Event('offline'));
    expect([connection.state(), connection.isOnline()]).toEqual(['offline', false]);
    window.dispatchEvent(new Event('online'));
    expect([connection.state(), connection.isOnline()]).toEqual(['unreachable', true]);
    expect(told).toHaveBeenCalledTimes(2);
  });
});
