/** What only AWS could tell: assumed, not measured. */
export const assumed = {
  /** One call to the table, one delivery, one asynchronous invocation: milliseconds until its answer. */
  tableMs: 5,
  postMs: 15,
  invokeMs: 20,
  /** A page of 1 MB read by a Scan. */
  scanPageMs: 30,
  /** Of one core: 1,024 MB of the 1,769 that AWS gives a whole one for. */
  cores: 1024 / 1769,
  memoryGb: 1,
  /** Start, end and report: the lines that Lambda writes of an invocation, as CloudWatch counts them. */
  logBytes: 400,
  /** What one event and one ack weigh on the wire, headers included. */
  frameBytes: 300,
  ackBytes: 150,
  /** A log row and a claim, with what DynamoDB adds to each; a claim lasts a day. */
  logRowBytes: 350,
  claimBytes: 250,
} as const;

/** What the model and the simulation take from the code and from `serverless.yml`; a test compares them. */
export const configured = {
  /** Recipients that one invocation serves. */
  threshold: 500,
  /** Deliveries at once, an invocation. */
  inFlight: 64,
  /** The largest room that is told who comes and goes. */
  presenceLimit: 100,
  retentionDays: 90,
  /** How long an ack waits for slow recipients, and how many chunks are handed over at once. */
  ackWaitMs: 1_000,
  enqueueConcurrency: 16,
  /** Members read at once. */
  pageSize: 2_000,
  /** A delivery's tries, its first pause, and all the time that it has. */
  maxAttempts: 5,
  firstPauseMs: 100,
  budgetMs: 3_000,
  /** What an invocation's own line weighs at most, as CloudWatch counts it: 26 bytes more than it has. */
  lineBytes: 460,
} as const;
