/** A layer of the sources, with the imports that it may have beside its own files. */
export interface Layer {
  readonly files: readonly string[];
  /** Whether it may import Node's own modules. */
  readonly node: boolean;
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** Returns the paths of files and folders of the server. */
const server = (...names: readonly string[]) => names.map((name) => `src/server/${name}`);

/** The files that put the server together. Each may import all of it. */
const composition = server('handler.ts', 'services.ts', 'lambda.ts', 'config.ts');

/** Every layer, from the ground up. Each source file belongs to exactly one. */
export const layers: readonly Layer[] = [
  { files: ['schemas'], node: false, values: [], types: ['json-schema-to-ts'] },
  { files: ['src/generated'], node: false, values: [], types: ['schemas'] },
  { files: server('lib'), node: true, values: [], types: [] },
  {
    files: server('errors.ts', 'gateway-event.ts'),
    node: false,
    values: ['schemas'],
    types: ['aws-lambda', 'src/generated', ...server('store')],
  },
  {
    files: server('observability'),
    node: true,
    values: ['schemas', ...server('lib', 'errors.ts')],
    types: ['aws-lambda', ...server('delivery', 'gateway-event.ts')],
  },
  {
    files: server('aws'),
    node: true,
    values: ['@aws-sdk', ...server('lib', 'observability')],
    types: [],
  },
  {
    files: server('store'),
    node: true,
    values: ['schemas', ...server('lib', 'errors.ts')],
    types: server('aws'),
  },
  {
    files: server('delivery'),
    node: true,
    values: ['schemas', ...server('aws', 'lib', 'observability')],
    types: server('store'),
  },
  {
    files: server('auth'),
    node: true,
    values: ['jose', ...server('aws', 'lib', 'errors.ts')],
    types: server('gateway-event.ts'),
  },
  {
    files: server('presence.ts', 'eviction.ts', 'rate-limiter.ts'),
    node: true,
    values: ['schemas', ...server('lib', 'errors.ts')],
    types: server('store', 'delivery'),
  },
  {
    files: server('actions', 'routes', 'http'),
    node: true,
    values: [
      'schemas',
      'src/generated',
      'dist/contract',
      ...server('auth', 'errors.ts', 'lib', 'observability'),
    ],
    types: server('services.ts', 'store', 'gateway-event.ts'),
  },
  {
    files: server('middleware'),
    node: true,
    values: ['schemas', 'src/generated', '@middy', ...server('errors.ts', 'lib')],
    types: ['aws-lambda', ...server('services.ts', 'gateway-event.ts')],
  },
  {
    files: composition,
    node: true,
    values: ['schemas', '@middy', 'src/server'],
    types: ['aws-lambda'],
  },
  { files: ['src/client'], node: false, values: [], types: ['schemas'] },
  { files: ['src/web'], node: false, values: ['preact', 'src/client/index.ts'], types: [] },
  {
    files: ['src/build'],
    node: true,
    values: ['schemas', 'src/server', 'src/local', 'ajv', 'esbuild', 'yaml'],
    types: [],
  },
  {
    files: ['src/local'],
    node: true,
    values: ['schemas', 'src/server', 'src/build', '@aws-sdk', 'dynalite', 'ws'],
    types: [],
  },
  {
    files: ['src/ops'],
    node: true,
    values: ['@aws-sdk', ...server('store', 'lib')],
    types: ['schemas', ...server('aws')],
  },
];
