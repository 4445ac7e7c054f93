import { describe, expect, it, jest } from '@jest/globals';
import { Grants } from './grants.js';
import { knownProblem } from './problem-error.js';

type Send = (headers: Readonly<Record<string, string>>) => Promise<string>;

const signedOut = () => knownProblem('unauthorized', 'Sign in.');

/** A server that wants this header; null: any session will do. */
function server(wants: () => string | null) {
  return jest.fn<Send>(({ authorization = null }) => {
    const wanted = wants();
    return wanted === null || authorization === wanted ? Promise.resolve('done') : Promise.reject(signedOut());
  });
}

describe('the secret of an upload', () => {
  it('is not shown while the session will do', async () => {
    const grants = new Grants();
    grants.keep('a', 'upg_a');
    const send = server(() => null);
    await expect(grants.use('a', send)).resolves.toBe('done');
    expect(send.mock.calls).toEqual([[{}]]);
  });

  it('is shown once the session is over, and then at once', async () => {
    const grants = new Grants();
    grants.keep('a', 'upg_a');
    const send = server(() => 'Bearer upg_a');
    // Several pieces are under way when the session ends.
    await expect(Promise.all([grants.use('a', send), grants.use('a', send)])).resolves.toEqual(['done', 'done']);
    expect(send).toHaveBeenCalledTimes(4);
    await grants.use('a', send);
    expect(send).toHaveBeenCalledTimes(5);
    expect(send).toHaveBeenLastCalledWith({ authorization: 'Bearer upg_a' });
  });

  it('is for its upload only', async () => {
    const grants = new Grants();
    grants.keep('a', 'upg_a');
    const send = server(() => 'Bearer upg_a');
    for (const other of ['b', null])
      await expect(grants.use(other, send)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(send.mock.calls).toEqual([[{}], [{}]]);
  });

  it('is forgotten when it is refused as well, or the upload has ended', async () => {
    const grants = new Grants();
    grants.keep('a', 'upg_a');
    const send = server(() => 'Bearer of a new session');
    await expect(grants.use('a', send)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(send).toHaveBeenCalledTimes(2);
    await expect(grants.use('a', send)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(send).toHaveBeenCalledTimes(3);
    grants.keep('b', 'upg_b');
    grants.forget('b');
    await expect(grants.use('b', send)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(send).toHaveBeenCalledTimes(4);
  });

  it('does not help against other refusals', async () => {
    const grants = new Grants();
    grants.keep('a', 'upg_a');
    const send = jest.fn<Send>().mockRejectedValue(knownProblem('overloaded', 'Busy.'));
    await expect(grants.use('a', send)).rejects.toMatchObject({ code: 'overloaded' });
    expect(send).toHaveBeenCalledTimes(1);
  });
});
