import fc, { type Arbitrary } from 'fast-check';
import { textArbitrary } from './texts.ts';

const toBase64Url = (value: string) => Buffer.from(value).toString('base64url');

const jwtHeaderArbitrary: Arbitrary<string> = fc.oneof(
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

/** Tokens that are valid, damaged, or forged with knowledge of the format. */
export function tokenArbitrary(validTokens: readonly string[]): Arbitrary<string> {
  const validToken = fc.constantFrom(...validTokens);
  const forgedToken = fc
    .tuple(
      jwtHeaderArbitrary,
      fc.oneof(fc.json(), textArbitrary),
      fc.oneof(fc.constant(''), textArbitrary),
    )
    .map((parts) => parts.map(toBase64Url).join('.'));
  const damagedToken = fc
    .tuple(validToken, fc.nat(), fc.nat(20), fc.oneof(fc.constant(''), textArbitrary))
    .map(([token, at, removedLength, inserted]) => {
      const start = at % token.length;
      return token.slice(0, start) + inserted + token.slice(start + removedLength);
    });
  const tokenWithOtherHeader = fc
    .tuple(jwtHeaderArbitrary, validToken)
    .map(([header, token]) => [toBase64Url(header), ...token.split('.').slice(1)].join('.'));
  return fc.oneof(validToken, damagedToken, tokenWithOtherHeader, forgedToken, textArbitrary);
}

/** The parts of a connect that a client chooses. */
export interface HandshakeInput {
  readonly headers: Record<string, string> | null;
  readonly query: Record<string, string> | null;
}

const headerNameArbitrary = fc.constantFrom(
  'Sec-WebSocket-Protocol',
  'sec-websocket-protocol',
  'SEC-WEBSOCKET-PROTOCOL',
  'Authorization',
  'authorization',
  'Origin',
  '__proto__',
  'constructor',
  'Cookie',
);

/** Lists of subprotocols, some of which carry a key or a token. */
function subprotocolsArbitrary(value: Arbitrary<string>, token: Arbitrary<string>) {
  const literal = fc.constantFrom(
    'kaiwa.v1',
    ' kaiwa.v1 ',
    'KAIWA.V1',
    'kaiwa.key.',
    'kaiwa.token.',
    ',',
    '',
  );
  const subprotocol = fc.oneof(
    literal,
    value.map((key) => `kaiwa.key.${key}`),
    token.map((encoded) => `kaiwa.token.${encoded}`),
    textArbitrary,
  );
  return fc.array(subprotocol, { maxLength: 6 }).map((list) => list.join(','));
}

/** Headers in any spelling, and query parameters, both as API Gateway passes them on. */
export function handshakeArbitrary(validTokens: readonly string[]): Arbitrary<HandshakeInput> {
  const token = tokenArbitrary(validTokens);
  const value = fc.oneof(
    textArbitrary,
    token,
    fc.constantFrom('Aki', '0123456789abcdef', 'x'.repeat(128)),
  );
  const header = fc.tuple(
    fc.oneof(headerNameArbitrary, textArbitrary),
    fc.oneof(
      subprotocolsArbitrary(value, token),
      token.map((encoded) => `Bearer ${encoded}`),
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
}
