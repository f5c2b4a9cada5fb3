import type { DynamoClient } from '../../src/server/aws/dynamodb.ts';
import type { TestTable } from './database.ts';

/** Read and write units, as DynamoDB bills them. */
export interface Units {
  read: number;
  write: number;
}

/** Adds up what the engine itself says that the calls through a table cost. */
export class CapacityMeter {
  #units: Units = { read: 0, write: 0 };

  /** The same table, with every call counted. */
  table(table: TestTable): TestTable {
    const dynamoClient: DynamoClient = async (operation, input, withinMs) => {
      const metered = { ...input, ReturnConsumedCapacity: 'TOTAL' };
      const output = await table.dynamoClient(operation, metered, withinMs);
      const isRead = operation === 'GetItem' || operation === 'Query';
      this.#units[isRead ? 'read' : 'write'] +=
        output.ConsumedCapacity?.CapacityUnits ?? Number.NaN;
      return output;
    };
    return { ...table, dynamoClient };
  }

  /** What this work costs. */
  async measure(work: () => Promise<unknown>): Promise<Units> {
    this.#units = { read: 0, write: 0 };
    await work();
    return this.#units;
  }
}
