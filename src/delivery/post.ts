import {
  type ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { abortSignal } from '../deadline.ts';

/** What became of one delivery; `gone` means that the connection has ended. */
export type Outcome = 'delivered' | 'gone' | 'failed';

/** Posts a frame to one connection. It never throws and never takes longer than its budget. */
export type Post = (connectionId: string, frame: string) => Promise<Outcome>;

/**
 * Posts through the gateway's @connections. A 410 comes with the error's name from AWS and with
 * the bare status from local stacks; an SDK error has no `statusCode` of its own. A recipient that takes
 * longer than its budget, tries included, is given up and heals by recovery.
 */
export function createPost(
  client: ApiGatewayManagementApiClient,
  budgetMs: number,
  onFailure: (connectionId: string, cause: unknown) => void,
): Post {
  return async (ConnectionId, Data) => {
    try {
      const command = new PostToConnectionCommand({ ConnectionId, Data });
      await client.send(command, abortSignal(budgetMs));
      return 'delivered';
    } catch (thrown) {
      if (isGone(thrown)) return 'gone';
      onFailure(ConnectionId, thrown);
      return 'failed';
    }
  };
}

/** An SDK error, as far as it is looked at. */
interface Failure {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function isGone(thrown: unknown): boolean {
  const { name, $metadata }: Failure = Object(thrown);
  return name === 'GoneException' || $metadata?.httpStatusCode === 410;
}
