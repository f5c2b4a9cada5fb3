import { FakeIssuer } from '../../../helpers/fakes/fake-issuer.ts';
import { respondWith } from '../../../helpers/fakes/fault-proxy.ts';
import { JwtSetup, unavailable } from './jwt-setup.ts';

let setup: JwtSetup;

beforeEach(async () => {
  setup = await JwtSetup.start();
});
afterEach(() => setup.close());

const verifyAnyToken = async () => setup.createAuthenticator().verifyToken(await setup.token());

describe('fetchIssuerKeys', () => {
  it('does not follow a redirect to other keys', async () => {
    const other = await FakeIssuer.start();
    other.keys = setup.issuer.keys;
    setup.issuer.keysResponder = respondWith(302, '', { location: other.address });
    await expect(verifyAnyToken()).rejects.toMatchObject(unavailable);
    expect(other.keyRequestCount).toBe(0);
    await other.close();
  });

  it.each([
    ['names another issuer', { issuer: 'https://elsewhere.example' }],
    ['names no keys', { jwks_uri: undefined }],
    ['names keys that anyone could send', { jwks_uri: 'data:application/json,{"keys":[]}' }],
  ])('fetches no keys if the configuration %s', async (_case, fields) => {
    const { name: issuer, address: jwks_uri } = setup.issuer;
    const configuration = { issuer, jwks_uri, ...fields };
    setup.issuer.configurationResponder = respondWith(200, JSON.stringify(configuration));
    await expect(verifyAnyToken()).rejects.toMatchObject(unavailable);
    expect(setup.issuer.keyRequestCount).toBe(0);
  });
});
