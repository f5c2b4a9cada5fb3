import { splitList } from '../../server/lib/split-list.ts';

/** What this plugin reads of a Serverless service, its variables resolved. */
interface Serverless {
  readonly service: {
    readonly provider: {
      readonly stage: string;
      readonly environment: Readonly<Record<string, unknown>>;
    };
    readonly resources: {
      readonly Conditions: Readonly<Record<'AlarmsEnabled' | 'HasAlarmTopic', Condition>>;
    };
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

/** A condition of the template on one parameter. */
type Condition =
  | { readonly 'Fn::Equals': readonly [parameter: string, value: string] }
  | { readonly 'Fn::Not': readonly [Condition] };

/**
 * Refuses to package, deploy or start what could not work or would be open by mistake, in words that
 * say what to give instead.
 */
export default class SettingsPlugin {
  readonly hooks = {
    'before:package:initialize': () => this.#check(),
    'before:offline:start': () => this.#check(),
    'before:offline:start:init': () => this.#check(),
  };
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
  }

  #check(): void {
    const { service, classes } = this.#serverless;
    const { stage, environment } = service.provider;
    const problems = [
      ...validateAuthentication(environment, stage),
      ...validateLimits(environment),
      ...validateAlarms(service.resources.Conditions),
    ];
    if (problems.length > 0) throw new classes.Error(problems.join('\n'), 'KAIWA_SETTINGS');
  }
}

type Environment = Readonly<Record<string, unknown>>;

function* validateAuthentication(environment: Environment, stage: string): Generator<string> {
  const [auth, issuer, audience, secretParameter, origins] = [
    ...['AUTH', 'ISSUER', 'AUDIENCE', 'SECRET_PARAMETER', 'ORIGINS'],
  ].map((name) => String(environment[name]));
  if (auth !== 'none' && auth !== 'jwt') yield 'The parameter auth is neither none nor jwt.';
  if (auth === 'none' && (issuer || secretParameter)) {
    yield 'There is an issuer or a secret, and nobody is asked for a token: give --param="auth=jwt" too.';
  }
  if (auth === 'jwt' && !issuer && !secretParameter) {
    yield `The stage ${stage} asks for tokens, and nobody is named who signs them. Give \
--param="issuer=https://…" and --param="audience=…", or --param="secretParameter=/NAME/IN/PARAMETER/STORE"; or let \
everybody in by --param="auth=none".`;
  }
  if (issuer && !isIssuer(issuer)) yield 'The parameter issuer is no address with https://.';
  if (issuer && !secretParameter && !audience) {
    yield 'The issuer signs tokens for others too: say for whom by --param="audience=…".';
  }
  if (secretParameter && !/^(\/[\w.-]+)+$/.test(secretParameter)) {
    yield 'The parameter secretParameter is no name in Parameter Store that begins with a slash.';
  }
  for (const origin of splitList(origins ?? '')) {
    if (origin !== '*' && !isOrigin(origin)) {
      yield `${origin} is no origin: it has a scheme, a host and perhaps a port, such as https://chat.example.`;
    }
  }
  if (splitList(origins ?? '').length === 0) yield 'The parameter origins is empty: * is all.';
}

function* validateLimits(environment: Environment): Generator<string> {
  for (const name of ['RATE', 'BURST', ...limitVariables]) {
    if (!(Number(environment[name]) > 0)) yield `${name} must be a number above 0.`;
  }
}

function* validateAlarms({
  AlarmsEnabled,
  HasAlarmTopic,
}: Record<'AlarmsEnabled' | 'HasAlarmTopic', Condition>): Generator<string> {
  const [alarms, topic] = [getParameter(AlarmsEnabled), getParameter(HasAlarmTopic)];
  if (alarms !== 'on' && alarms !== 'off') yield 'The parameter alarms is neither on nor off.';
  if (alarms === 'off' && topic)
    yield 'There is a topic and no alarm: give --param="alarms=on" too.';
  if (topic && !/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/.test(topic)) {
    yield 'The parameter alarmTopic is no ARN of a topic of SNS.';
  }
}

/** What a condition is told by. */
const getParameter = (condition: Condition): string =>
  'Fn::Equals' in condition ? condition['Fn::Equals'][0] : getParameter(condition['Fn::Not'][0]);

const limitVariables = ['CONNECTIONS_PER_USER', 'ROOMS_PER_CONNECTION', 'CONNECTIONS_PER_ROOM'];

/** Keys are to come from nobody else; an issuer on this machine needs no certificate. */
function isIssuer(issuer: string): boolean {
  const { protocol, hostname, search, hash } = URL.parse(issuer) ?? {};
  const isLocal = protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname ?? '');
  return (protocol === 'https:' || isLocal) && !search && !hash;
}

/** As a browser writes it. */
const isOrigin = (origin: string) => origin !== 'null' && URL.parse(origin)?.origin === origin;
