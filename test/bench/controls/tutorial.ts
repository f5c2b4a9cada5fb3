import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import type { GatewayEvent, GatewayResult } from '../../../src/server/gateway-event.ts';

/**
 * The algorithm of AWS's tutorial, on SDK v3 with its defaults.
 * Each connection is a row, and a message is posted to every connection that a Scan finds.
 *
 * Two changes help the tutorial. Its clients outlive the invocation, and the Scan reads all pages.
 * A Scan of one page would miss the connections after 1 MB.
 */
const TableName = process.env['TABLE_NAME'];
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const gateway = new ApiGatewayManagementApiClient({
  endpoint: String(process.env['CONNECTIONS_ENDPOINT']),
});

/** Room whose connections get the message. It emulates rooms by a filter. @default all connections */
const room = process.env['TUTORIAL_ROOM'];

/** Routes to the functions of the tutorial. */
export async function handler({ requestContext, body }: GatewayEvent): Promise<GatewayResult> {
  const { connectionId, routeKey } = requestContext;
  switch (routeKey) {
    case '$connect':
      await table.send(new PutCommand({ TableName, Item: { connectionId } }));
      break;
    case '$disconnect':
      await table.send(new DeleteCommand({ TableName, Key: { connectionId } }));
      break;
    case 'sendmessage':
      await postToAll(JSON.parse(String(body)).message, connectionId);
      break;
  }
  return { statusCode: 200 };
}

async function postToAll(Data: string, sender: string): Promise<void> {
  const connections = await scanConnectionIds();
  await Promise.all(
    connections.map(async (ConnectionId) => {
      if (ConnectionId === sender) return;
      try {
        await gateway.send(new PostToConnectionCommand({ ConnectionId, Data }));
      } catch (thrown) {
        console.log(thrown);
      }
    }),
  );
}

async function scanConnectionIds(): Promise<string[]> {
  const filter = room !== undefined && {
    FilterExpression: 'room = :room',
    ExpressionAttributeValues: { ':room': room },
  };
  const ids: string[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.send(
      new ScanCommand({ TableName, ...filter, ...(start && { ExclusiveStartKey: start }) }),
    );
    ids.push(...Items.map(({ connectionId }) => String(connectionId)));
    start = LastEvaluatedKey;
  } while (start);
  return ids;
}
