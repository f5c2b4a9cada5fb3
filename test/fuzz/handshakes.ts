import fc, { type Arbitrary } from 'fast-check';
import { textArbitrary } from './frames.ts';

const base64url = (value: string) => Buffer.from(value).toString('base64url');

/** Tokens that are good, damaged, or made up by one who knows what they look like. */
export const tokenArbitrary = (good: readonly string[]): Arbitrary<string> => {
  const header = fc.oneof(
    fc
      .record({
        alg: fc.constantFrom('none', 'None', 'HS256', 'ES256', 'RS256', '', 'constructor', 'EdDSA'),
        kid: fc.oneof(fc.constantFrom('first', '__proto__', '../first'), textArbitrary),
        crit: fc.constantFrom(undefined, ['exp'], [], 'b64'),
        jwk: fc.constantFrom(undefined, { kty: 'oct', k: 'AA' }),
      })
      .map((value) => JSON.stringify(value)),
    textArbitrary,
    fc.json(),
  );
  const forgedToken = fc
    .tuple(header, fc.oneof(fc.json(), textArbitrary), fc.oneof(fc.constant(''), textArbitrary))
    .map((parts) => parts.map(base64url).join('.'));
  const damagedToken = fc
    .tuple(fc.constantFrom(...good), fc.nat(), fc.nat(20), fc.oneof(fc.constant(''), textArbitrary))
    .map(([token, at, gone, inserted]) => {
      const place = at % token.length;
      return token.slice(0, place) + inserted + token.slice(place + gone);
    });
  const swappedHeader = fc
    .tuple(header, fc.constantFrom(...good))
    .map(([head, token]) => [base64url(head), ...token.split('.').slice(1)].join('.'));
  return fc.oneof(
    fc.constantFrom(...good),
    damagedToken,
    swappedHeader,
    forgedToken,
    textArbitrary,
  );
};

/** What stands in a connect. */
export interface HandshakeInput {
  readonly headers: Record<string, string> | null;
  readonly query: Record<string, string> | null;
}

/** Headers, which the gateway gives as they came, and the query, in which a name stands once. */
export const handshakeArbitrary = (good: readonly string[]): Arbitrary<HandshakeInput> => {
  const token = tokenArbitrary(good);
  const value = fc.oneof(
    textArbitrary,
    token,
    fc.constantFrom('Aki', '0123456789abcdef', 'x'.repeat(128)),
  );
  const protocols = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'kaiwa.v1',
          ' kaiwa.v1 ',
          'KAIWA.V1',
          'kaiwa.key.',
          'kaiwa.token.',
          ',',
          '',
        ),
        value.map((one) => `kaiwa.key.${one}`),
        token.map((one) => `kaiwa.token.${one}`),
        textArbitrary,
      ),
      { maxLength: 6 },
    )
    .map((list) => list.join(','));
  const name = fc.constantFrom(
    ...['Sec-WebSocket-Protocol', 'sec-websocket-protocol', 'SEC-WEBSOCKET-PROTOCOL'],
    ...['Authorization', 'authorization', 'Origin', '__proto__', 'constructor', 'Cookie'],
  );
  const header = fc.tuple(
    fc.oneof(name, textArbitrary),
    fc.oneof(
      protocols,
      token.map((one) => `Bearer ${one}`),
      fc.constantFrom(' '.repeat(8_000), `bearer${' '.repeat(8_000)}x`, ','.repeat(8_000)),
      value,
    ),
  );
  const parameter = fc.tuple(
    fc.oneof(fc.constantFrom('name', 'key', 'token', '__proto__', 'constructor'), textArbitrary),
    value,
  );
  const record = (entry: Arbitrary<[string, string]>) =>
    fc.option(fc.array(entry, { maxLength: 5 }).map((entries) => Object.fromEntries(entries)));
  return fc.record({ headers: record(header), query: record(parameter) });
};
