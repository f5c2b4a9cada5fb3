import type { ProxyRequest } from '../helpers/fakes/fault-proxy.ts';

/** A call of AWS as IAM names it. */
export interface AwsCall {
  readonly action: string;
  readonly resource: string;
}

/** The region, the account and the API of the deployed function. */
export const stackLocation = {
  region: 'ap-northeast-1',
  account: '123456789012',
  api: 'a1b2c3d4e5',
};

/** Returns the ARN of a resource there. */
export const toArn = (service: string, name: string) =>
  `arn:aws:${service}:${stackLocation.region}:${stackLocation.account}:${name}`;

/**
 * Parses a request as AWS does: by the service of its signature, its target or path, and its body
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/). Another kind of request becomes an
 * action that no role allows.
 */
export function parseAwsCall({ method, path, headers, body }: ProxyRequest): AwsCall {
  const target = String(headers['x-amz-target']).replace(/^.*\./, '');
  const service = parseService(headers.authorization);
  switch (service) {
    case 'dynamodb': {
      const { TableName, IndexName } = JSON.parse(body.toString());
      const name = [`table/${TableName}`, ...(IndexName ? [`index/${IndexName}`] : [])];
      return { action: `dynamodb:${target}`, resource: toArn('dynamodb', name.join('/')) };
    }
    case 'ssm': {
      const { Name } = JSON.parse(body.toString());
      return { action: `ssm:${target}`, resource: toArn('ssm', `parameter${Name}`) };
    }
    case 'lambda': {
      const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path)?.[1];
      return { action: 'lambda:InvokeFunction', resource: toArn('lambda', `function:${name}`) };
    }
    case 'execute-api': {
      const [, stage, ...rest] = path.split('/');
      const name = [stackLocation.api, stage, method, ...rest].join('/');
      return { action: 'execute-api:ManageConnections', resource: toArn('execute-api', name) };
    }
    default:
      return { action: `${service}:${target}`, resource: `${method} ${path}` };
  }
}

/** Returns the service that a request is signed for (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html). */
function parseService(authorization = ''): string | undefined {
  return /Credential=[^/]+\/\d+\/[^/]+\/([\w-]+)\/aws4_request/.exec(authorization)?.[1];
}
