import type { DynamoClient } from '../../src/server/aws/dynamodb.ts';
import type { TestTable } from './database.ts';

/** Read and write units, as DynamoDB charges them. */
export interface Units {
  read: number;
  write: number;
}

/** Adds up the units that the engine reports for the calls to a table. */
export class CapacityMeter {
  #units: Units = { read: 0, write: 0 };

  /** Returns the same table with each call metered. */
  table(table: TestTable): TestTable {
    const dynamoClient: DynamoClient = async (operation, input, timeoutMs) => {
      const metered = { ...input, ReturnConsumedCapacity: 'TOTAL' };
      const output = await table.dynamoClient(operation, metered, timeoutMs);
      const isRead = operation === 'GetItem' || operation === 'Query';
      this.#units[isRead ? 'read' : 'write'] +=
        output.ConsumedCapacity?.CapacityUnits ?? Number.NaN;
      return output;
    };
    return { ...table, dynamoClient };
  }

  /** Returns the units that this work consumes. */
  async measure(work: () => Promise<unknown>): Promise<Units> {
    this.#units = { read: 0, write: 0 };
    await work();
    return this.#units;
  }
}
