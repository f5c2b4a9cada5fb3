import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

describeAction('$connect from a page', withoutMembers, (fixture) => {
  const origins = 'https://chat.example, https://chat.example:8443,http://localhost:3000';

  it.each([
    ['of the list', 'https://chat.example', 200],
    ['of the list, with a port', 'https://chat.example:8443', 200],
    ['of the list, on this machine', 'http://localhost:3000', 200],
    ['of another host', 'https://chat.example.evil.example', 403],
    ['of a subdomain', 'https://www.chat.example', 403],
    ['of another scheme', 'http://chat.example', 403],
    ['of another port', 'https://chat.example:444', 403],
    ['with a path', 'https://chat.example/', 403],
    ['in capitals, which no browser sends', 'https://CHAT.example', 403],
    ['in a sandbox or a file', 'null', 403],
    ['that is empty', '', 403],
    ['of every origin', '*', 403],
  ])('[SEC-062] answers a page %s (%s) with %p', async (_case, origin, status) => {
    const { table } = fixture();
    const server = new StrictTestServer(table, { origins });
    for (const name of ['Origin', 'origin', 'ORIGIN']) {
      expect(await server.tryConnect({ headers: { [name]: origin } })).toBe(status);
    }
  });

  it('accepts a page of any origin if there is no list', async () => {
    for (const origin of ['https://anywhere.example', 'null']) {
      expect(await fixture().server.tryConnect({ headers: { Origin: origin } })).toBe(200);
    }
  });

  it('accepts a client without an origin, which is not a browser', async () => {
    const { table } = fixture();
    expect(await new StrictTestServer(table, { origins }).tryConnect({})).toBe(200);
  });
});
