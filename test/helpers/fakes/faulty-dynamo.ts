import type {
  Attributes,
  DynamoClient,
  Operation,
  Output,
} from '../../../src/server/aws/dynamodb.ts';
import { deadline } from '../../../src/server/lib/deadline.ts';
import type { TestTable } from '../database.ts';

/** Thrown by everything that a killed process would still have done. */
export class ProcessKilled extends Error {}

/**
 * A process that dies after so many steps: a step is one call of the table's client, or one
 * delivery. The step itself is done; nothing after it is.
 */
export class CrashingProcess {
  /** How many steps it still does. */
  stepsLeft = Number.POSITIVE_INFINITY;

  /** Whether it died before it had done all it was to do. */
  died = false;

  /** Does one step, if this process is still alive. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    this.died ||= this.stepsLeft === 0;
    if (this.died) throw new ProcessKilled();
    this.stepsLeft -= 1;
    return work();
  }

  /** The same table, through this process. */
  table(table: TestTable): TestTable {
    return interceptTable(table, (_command, proceed) => this.step(proceed));
  }
}

/** What a post comes to that its deadline ends, as the real one does. */
export function failOnDeadline(): Promise<'failed'> {
  const signal = deadline.getStore()?.signal;
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve('failed')));
}

/** What a test looks at in a call on its way to the table. */
export interface TableCall {
  readonly operation: Operation;
  readonly sk: string;
}

/** The same table, each call to it going through a function that may delay or fail it. */
export function interceptTable(
  table: TestTable,
  interceptor: (call: TableCall, proceed: () => Promise<Output>) => Promise<Output>,
): TestTable {
  const dynamoClient: DynamoClient = (operation, input, withinMs) => {
    const { sk }: Attributes = Object(input['Item'] ?? input['Key']);
    const call = { operation, sk: String(sk) };
    return interceptor(call, () => table.dynamoClient(operation, input, withinMs));
  };
  return { ...table, dynamoClient };
}
