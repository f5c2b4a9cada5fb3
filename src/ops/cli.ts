import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type OpsTable, openOpsTable } from './sdk-table.ts';

/** Tries of one call, pauses between them: a table that is throttled must not end an hour's work. */
const maxAttempts = 10;

/**
 * Runs a command of the form `npm run NAME -- --table=TABLE --SUBJECT=…`, and returns the exit status: 0
 * where the work says that it is done, 1 where not, and 2 where the command is none. Region, credentials
 * and endpoint are what the SDK finds in the environment.
 */
export async function runCommand(
  name: string,
  subject: 'room' | 'user',
  execute: (table: OpsTable, subjectId: string) => Promise<boolean>,
): Promise<number> {
  const options = parseOptions(subject);
  if (!options) {
    console.error(`npm run -s ${name} -- --table=TABLE --${subject}=${subject.toUpperCase()}`);
    return 2;
  }
  const client = new DynamoDBClient({ maxAttempts });
  try {
    const table = openOpsTable(DynamoDBDocumentClient.from(client), options.table);
    return (await execute(table, options.subjectId)) ? 0 : 1;
  } catch (thrown) {
    const { name: kind, message } = Object(thrown);
    console.error(`Cut short: ${kind}: ${message}`);
    return 1;
  } finally {
    client.destroy();
  }
}

/** What the command line says, where it says all that is needed and nothing else. */
function parseOptions(subject: 'room' | 'user'): { table: string; subjectId: string } | undefined {
  try {
    const option = { type: 'string' } as const;
    const { values } = parseArgs({ options: { table: option, [subject]: option } });
    const { table, [subject]: subjectId } = values;
    return table && subjectId ? { table, subjectId } : undefined;
  } catch {
    return undefined;
  }
}
