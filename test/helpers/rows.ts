import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { TestTable } from './database.ts';

/** Returns the rows whose key contains `name`. The server itself never scans a table. */
export async function findRows({ client, tableName }: TestTable, name: string) {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
  return Items.filter(({ pk, sk }) => `${pk} ${sk}`.includes(name));
}
