import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { TestTable } from './database.ts';

/** Every row whose key names this. Only tests look through a whole table. */
export async function findRows({ client, tableName }: TestTable, name: string) {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
  return Items.filter(({ pk, sk }) => `${pk} ${sk}`.includes(name));
}
