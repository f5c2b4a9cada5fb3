import type {
  Attributes,
  DynamoClient,
  Operation,
  Output,
} from '../../../src/server/aws/dynamodb.ts';
import { deadline } from '../../../src/server/lib/deadline.ts';
import type { TestTable } from '../database.ts';

/** Thrown by everything that a killed process would still have done. */
export class Killed extends Error {}

/**
 * A process that dies after so many steps: a step is one call of the table's client, or one
 * delivery. The step itself is done; nothing after it is.
 */
export class Process {
  /** How many steps it still does. */
  left = Number.POSITIVE_INFINITY;

  /** Whether it died before it had done all it was to do. */
  died = false;

  /** Does one step, if this process is still alive. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    this.died ||= this.left === 0;
    if (this.died) throw new Killed();
    this.left -= 1;
    return work();
  }

  /** The same table, through this process. */
  table(table: TestTable): TestTable {
    return intercept(table, (_command, go) => this.step(go));
  }
}

/** What a post comes to that its deadline ends, as the real one does. */
export function cutShort(): Promise<'failed'> {
  const signal = deadline.getStore()?.signal;
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve('failed')));
}

/** What a test looks at in a call on its way to the table. */
export interface Sent {
  readonly operation: Operation;
  readonly sk: string;
}

/** The same table, each call to it going through a function that may delay or fail it. */
export function intercept(
  table: TestTable,
  through: (sent: Sent, go: () => Promise<Output>) => Promise<Output>,
): TestTable {
  const dynamoClient: DynamoClient = (operation, input, withinMs) => {
    const { sk }: Attributes = Object(input['Item'] ?? input['Key']);
    const sent = { operation, sk: String(sk) };
    return through(sent, () => table.dynamoClient(operation, input, withinMs));
  };
  return { ...table, dynamoClient };
}
