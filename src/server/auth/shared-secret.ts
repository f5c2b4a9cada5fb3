import { createSecretKey } from 'node:crypto';
import type { JWTVerifyGetKey } from 'jose';
import { type AwsClientOptions, createAwsClient } from '../aws/client.ts';
import { errorName, withRetry } from '../aws/retry.ts';
import { createPayload } from '../aws/sigv4.ts';
import { isRecord } from '../lib/is-record.ts';
import { parseJson } from '../lib/parse-json.ts';

/** The parameter of a shared secret, and the connection to Parameter Store. */
export interface SecretParameter
  extends Pick<AwsClientOptions, 'endpoint' | 'region' | 'credentials'> {
  /** The name of a SecureString in Parameter Store. */
  readonly parameter: string;
}

/** RFC 7518 requires a secret of HS256 to be as long as its hash. A shorter one can be guessed. */
const minBytes = 32;

const headers = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AmazonSSM.GetParameter',
};

/**
 * Creates a loader that fetches a shared secret from Parameter Store, within `timeoutMs`
 * (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html). So neither the
 * template nor the settings of the function show the secret.
 */
export function createSecretLoader(
  { parameter, ...connection }: SecretParameter,
  timeoutMs: number,
  now: () => number,
): () => Promise<JWTVerifyGetKey> {
  const send = createAwsClient({ ...connection, service: 'ssm', headers, withBody: true, now });
  const payload = createPayload(JSON.stringify({ Name: parameter, WithDecryption: true }));
  return async () => {
    const response = await withRetry((limits) => send('/', payload, limits), timeoutMs);
    if (response.status !== 200) {
      throw new Error(
        `Cannot read ${parameter}: ${errorName(response)}. Check its name and the permissions of the role.`,
      );
    }
    const secret = Buffer.from(parseSecret(response.body ?? ''));
    if (secret.length < minBytes) {
      throw new Error(`${parameter} is shorter than ${minBytes} bytes. Store a longer secret.`);
    }
    const key = createSecretKey(secret);
    return () => key;
  };
}

/** Parses the secret from a response. The error quotes nothing, since the response has the secret. */
function parseSecret(body: string): string {
  const response = parseJson(body);
  if (!isRecord(response)) throw new Error('Parameter Store did not respond with JSON. Retry.');
  const parameter = response['Parameter'];
  return isRecord(parameter) ? String(parameter['Value'] ?? '') : '';
}
