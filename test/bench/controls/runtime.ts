import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Ajv } from 'ajv';
import { connect } from '../../../schemas/connect.ts';
import { actions } from '../../../schemas/index.ts';

/** The usual start of a function like Kaiwa's: SDK clients, and schemas compiled at startup. */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const gateway = new ApiGatewayManagementApiClient({
  endpoint: String(process.env['CONNECTIONS_ENDPOINT']),
});

const ajv = new Ajv({ allErrors: true, strictRequired: false });
const validators = [connect, ...Object.values(actions).map(({ request }) => request)].map(
  ({ schema }) => ajv.compile(schema as object),
);

/** Does nothing, since only the start is measured. */
export async function handler() {
  return { statusCode: table && gateway && validators.length > 0 ? 200 : 500 };
}
