import type { DynamoClient, Operation, Output } from '../../../src/server/aws/dynamodb.ts';
import { isRecord } from '../../../src/server/lib/is-record.ts';
import type { TestTable } from '../database.ts';

/** Thrown by each step that a killed process would still have taken. */
export class ProcessKilled extends Error {}

/**
 * A process that dies after a number of steps. A step is one call of the table's client, or one delivery.
 * The last step completes, and nothing after it happens.
 */
export class CrashingProcess {
  /** The number of steps that it still takes. */
  stepsLeft = Number.POSITIVE_INFINITY;

  /** Whether it died before it had finished. */
  died = false;

  /** Takes one step, if this process is still alive. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    this.died ||= this.stepsLeft === 0;
    if (this.died) throw new ProcessKilled();
    this.stepsLeft -= 1;
    return work();
  }

  /** Returns the same table as this process reaches it. */
  table(table: TestTable): TestTable {
    return interceptTable(table, (_command, proceed) => this.step(proceed));
  }
}

/** The parts of a call to the table that tests look at. */
export interface TableCall {
  readonly operation: Operation;
  readonly pk: string;
  /** The sort key of the row, or the start of the range of a query. */
  readonly sk: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Returns the same table, with each call going through a function that may delay or fail it. */
export function interceptTable(
  table: TestTable,
  interceptor: (call: TableCall, proceed: () => Promise<Output>) => Promise<Output>,
): TestTable {
  const dynamoClient: DynamoClient = (operation, input, timeoutMs) => {
    const call = { operation, ...keyOf(input), input };
    return interceptor(call, () => table.dynamoClient(operation, input, timeoutMs));
  };
  return { ...table, dynamoClient };
}

/** Returns the key of a call, or the start of a query's range. */
function keyOf(input: Readonly<Record<string, unknown>>): { pk: string; sk: string } {
  const { Item, Key, ExpressionAttributeValues: values } = input;
  const row = Item ?? Key;
  if (isRecord(row)) return { pk: String(row['pk']), sk: String(row['sk']) };
  return isRecord(values)
    ? { pk: String(values[':pk']), sk: String(values[':from']) }
    : { pk: '', sk: '' };
}
