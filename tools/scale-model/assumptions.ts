/** Assumptions that only a deployment on AWS could verify. */
export const assumed = {
  /** Milliseconds until the response of one call to the table. */
  tableMs: 5,
  /** Milliseconds until the response of one delivery. */
  postMs: 15,
  /** Milliseconds until an asynchronous invocation is accepted. */
  invokeMs: 20,
  /** Milliseconds for one page of 1 MB in a Scan. */
  scanPageMs: 30,
  /** Share of a core: AWS gives a whole core for 1,769 MB, and the function has 1,024 MB. */
  cores: 1024 / 1769,
  memoryGb: 1,
  /** Bytes of the lines START, END and REPORT of an invocation, as CloudWatch counts them. */
  logBytes: 400,
  /** Bytes of one event and of one ack on the wire, with headers. */
  frameBytes: 300,
  ackBytes: 150,
  /** Bytes of an event row and of a claim, with the overhead of DynamoDB. A claim lasts a day. */
  logRowBytes: 350,
  claimBytes: 250,
} as const;

/** Constants of the code and of `serverless.yml`. A test compares them. */
export const configured = {
  /** Largest number of recipients that the sender's invocation delivers to. */
  threshold: 500,
  /** Concurrent deliveries per invocation. */
  concurrency: 64,
  /** Connections of the largest room that receives presence events. */
  presenceLimit: 100,
  retentionDays: 90,
  /** Milliseconds that an ack waits for slow recipients. */
  ackWaitMs: 1_000,
  /** Chunks that are enqueued concurrently. */
  enqueueConcurrency: 16,
  /** Members per page. */
  pageSize: 2_000,
  /** Attempts of a delivery, the first pause between them, and the time for all of them. */
  maxAttempts: 5,
  firstPauseMs: 100,
  budgetMs: 3_000,
  /** Bytes of the largest log line of an invocation. CloudWatch adds 26 bytes to each line. */
  lineBytes: 460,
} as const;
