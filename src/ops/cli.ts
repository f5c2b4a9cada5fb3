import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type OpsTable, openOpsTable } from './sdk-table.ts';

/** Attempts for each call, with pauses. A throttled table must not end a run of an hour. */
const maxAttempts = 10;

/**
 * Runs a command of the form `npm run NAME -- --table=TABLE --SUBJECT=…`. Returns the exit status: 0 if the
 * command completed, 1 if it failed, 2 if its options are not valid. The SDK finds the region, the
 * credentials and the endpoint in the environment.
 */
export async function runCommand(
  name: string,
  subject: 'room' | 'user',
  execute: (table: OpsTable, subjectId: string) => Promise<boolean>,
): Promise<number> {
  const options = parseOptions(subject);
  if (!options) {
    const usage = `npm run -s ${name} -- --table=TABLE --${subject}=${subject.toUpperCase()}`;
    console.error(`The options are not valid. Usage: ${usage}`);
    return 2;
  }
  const client = new DynamoDBClient({ maxAttempts });
  try {
    const table = openOpsTable(DynamoDBDocumentClient.from(client), options.table);
    return (await execute(table, options.subjectId)) ? 0 : 1;
  } catch (thrown) {
    const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    console.error(`The command did not complete: ${reason}`);
    return 1;
  } finally {
    client.destroy();
  }
}

/** Returns the options, or undefined if one is missing, empty or unknown. */
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
