import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** Keys of AWS; temporary ones, such as a Lambda's, have a session token too. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A body and its SHA-256 in hex: made once, sent to many. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/** Makes a payload of a text, in UTF-8. */
export function createPayload(text: string): Payload {
  const bytes = Buffer.from(text);
  return { bytes, hash: hash('sha256', bytes) };
}

/** What every request of one signer has in common. */
export interface SignerOptions {
  /** AWS's short name of the service, such as `execute-api`. */
  readonly service: string;
  readonly region: string;
  /** The host, with the port where it is not the scheme's own. */
  readonly host: string;
  readonly credentials: Credentials;
  /** Default POST. */
  readonly method?: 'POST' | 'DELETE';
  /** Further headers to send and to sign, by their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The headers of a request to a path, at a time in milliseconds since 1970: names and values in turn. */
export type Signer = (path: string, payload: Payload, now: number) => string[];

/**
 * Signs requests without a query by AWS Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html),
 * signing the same headers as the SDK. All that the recipients of one payload have in common within a
 * second is worked out once, so that a request costs two short digests.
 */
export function createSigner(options: SignerOptions): Signer {
  const { method = 'POST' } = options;
  let key: DayKey | undefined;
  let shared: SharedPart | undefined;
  return (path, payload, now) => {
    const second = Math.floor(now / 1_000);
    if (shared?.payload !== payload || shared.second !== second) {
      shared = signShared(options, payload, second);
    }
    if (key?.day !== shared.day)
      key = { day: shared.day, secret: deriveSigningKey(options, shared.day) };
    const request = hash('sha256', `${method}\n${canonicalPath(path)}${shared.canonicalRest}`);
    const signature = createHmac('sha256', key.secret)
      .update(shared.toSign + request)
      .digest('hex');
    return [...shared.headers, 'authorization', shared.authorization + signature];
  };
}

interface DayKey {
  /** Such as `20261122`, in UTC. */
  readonly day: string;
  readonly secret: KeyObject;
}

/** What all requests with one payload have in common within one second. */
interface SharedPart {
  readonly payload: Payload;
  readonly second: number;
  readonly day: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** The canonical request, from behind its path. */
  readonly canonicalRest: string;
  /** The string to sign, but for the canonical request's hash at its end. */
  readonly toSign: string;
  /** The header's value, but for the signature at its end. */
  readonly authorization: string;
}

function signShared(options: SignerOptions, payload: Payload, second: number): SharedPart {
  const { service, region, host, credentials, headers: further } = options;
  const { accessKeyId, sessionToken } = credentials;
  const time = `${new Date(second * 1_000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const day = time.slice(0, 8);
  const { length } = payload.bytes;
  const signed = Object.entries({
    'content-type': 'application/octet-stream',
    host,
    'x-amz-content-sha256': payload.hash,
    'x-amz-date': time,
    ...further,
    ...(length > 0 && { 'content-length': String(length) }),
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
  }).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  const names = signed.map(([name]) => name).join(';');
  const scope = `${day}/${region}/${service}/aws4_request`;
  return {
    payload,
    second,
    day,
    // The SDK does not sign the length of nothing; sent it must be, or the body would be chunked.
    headers: [...signed.flat(), ...(length > 0 ? [] : ['content-length', '0'])],
    canonicalRest: `\n\n${lines}\n${names}\n${payload.hash}`,
    toSign: `AWS4-HMAC-SHA256\n${time}\n${scope}\n`,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`,
  };
}

/**
 * The key that signs all of a day's requests. To sign with a key object takes an eighth of the time that it takes
 * with the same key's bytes.
 */
function deriveSigningKey({ service, region, credentials }: SignerOptions, day: string): KeyObject {
  const steps = [day, region, service, 'aws4_request'];
  const key = steps.reduce<Buffer>(
    (before, step) => createHmac('sha256', before).update(step).digest(),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  return createSecretKey(key);
}

/** Encodes what becomes one segment of a path, with nothing but `A-Z a-z 0-9 - . _ ~` as it is. */
export function encodePathSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, toHexEscape);
}

const toHexEscape = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** A signature is over the path encoded once more than it is sent. */
function canonicalPath(path: string): string {
  return encodePathSegment(path).replaceAll('%2F', '/');
}
