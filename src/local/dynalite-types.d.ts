declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** An engine that speaks DynamoDB; in memory unless a folder is named. */
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}
