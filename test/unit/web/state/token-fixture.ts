const toBase64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Creates a token with a payload and a signature that is not valid. */
export const createToken = (payload: unknown) =>
  `${toBase64url({ alg: 'ES256' })}.${toBase64url(payload)}.c2ln`;
