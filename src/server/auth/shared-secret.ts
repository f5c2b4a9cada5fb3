import { createSecretKey } from 'node:crypto';
import type { JWTVerifyGetKey } from 'jose';
import { type AwsClientOptions, createAwsClient } from '../aws/client.ts';
import { errorName, withRetry } from '../aws/retry.ts';
import { createPayload } from '../aws/sigv4.ts';

/** Where a shared secret is kept, and as whom to ask for it. */
export interface SecretParameter
  extends Pick<AwsClientOptions, 'endpoint' | 'region' | 'credentials'> {
  /** The name of a SecureString in Parameter Store, which is at the endpoint. */
  readonly parameter: string;
}

/** RFC 7518 wants a secret of HS256 to be as long as its hash: a shorter one can be guessed. */
const minBytes = 32;

/**
 * Makes what fetches a shared secret from Parameter Store
 * (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html), so that
 * neither the template nor the function's settings show it. It takes so many milliseconds at most.
 */
export function createSecretLoader(
  { parameter, ...connection }: SecretParameter,
  timeoutMs: number,
  now: () => number,
): () => Promise<JWTVerifyGetKey> {
  const send = createAwsClient({ ...connection, service: 'ssm', headers, withBody: true, now });
  const payload = createPayload(JSON.stringify({ Name: parameter, WithDecryption: true }));
  return async () => {
    const response = await withRetry((patience) => send('/', payload, patience), timeoutMs);
    if (response.status !== 200) throw new Error(`${parameter}: ${errorName(response)}`);
    const { Parameter } = parseResponse(response.body ?? '');
    const secret = Buffer.from(Parameter?.Value ?? '');
    if (secret.length < minBytes)
      throw new Error(`${parameter} is shorter than ${minBytes} bytes.`);
    const key = createSecretKey(secret);
    return () => key;
  };
}

const headers = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AmazonSSM.GetParameter',
};

/** A parser's own complaint may quote the secret. */
function parseResponse(body: string): GetParameter {
  try {
    return Object(JSON.parse(body));
  } catch {
    throw new Error('Parameter Store answered with no JSON.');
  }
}

/** What Parameter Store answers with. */
interface GetParameter {
  readonly Parameter?: { readonly Value?: string };
}
