import { splitList } from '../../server/lib/split-list.ts';

/** The part of a Serverless service that this plugin reads, after its variables are resolved. */
interface Serverless {
  readonly service: {
    readonly provider: { readonly stage: string; readonly environment: Environment };
    readonly resources: { readonly Conditions: Conditions };
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

type Environment = Readonly<Record<string, unknown>>;

type Conditions = Readonly<Record<'AlarmsEnabled' | 'HasAlarmTopic', Condition>>;

/** A condition of the template on one parameter. */
type Condition =
  | { readonly 'Fn::Equals': readonly [parameter: string, value: string] }
  | { readonly 'Fn::Not': readonly [Condition] };

/**
 * Rejects settings that cannot work, or that open the chat by mistake, before a command packages, deploys
 * or starts it. Each message says what is wrong and what to set instead.
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
      ...validateAuthentication(readAuthentication(environment), stage),
      ...validateOrigins(String(environment['ORIGINS'])),
      ...validateLimits(environment),
      ...validateAlarms(service.resources.Conditions),
    ];
    if (problems.length > 0) throw new classes.Error(problems.join('\n'), 'KAIWA_SETTINGS');
  }
}

type Authentication = Readonly<Record<'auth' | 'issuer' | 'audience' | 'secretParameter', string>>;

const readAuthentication = (environment: Environment): Authentication => ({
  auth: String(environment['AUTH']),
  issuer: String(environment['ISSUER']),
  audience: String(environment['AUDIENCE']),
  secretParameter: String(environment['SECRET_PARAMETER']),
});

function* validateAuthentication(
  { auth, issuer, audience, secretParameter }: Authentication,
  stage: string,
): Generator<string> {
  if (auth !== 'none' && auth !== 'jwt') {
    yield `The parameter auth is "${auth}". Set it to none or jwt.`;
  }
  if (auth === 'none' && (issuer || secretParameter)) {
    yield 'An issuer or a secret is set, but auth=none ignores tokens. Add --param="auth=jwt".';
  }
  if (auth === 'jwt' && !issuer && !secretParameter) {
    yield `Stage ${stage} uses auth=jwt, but neither issuer nor secretParameter is set. \
Add --param="issuer=https://…" and --param="audience=…", or --param="secretParameter=/NAME/IN/PARAMETER/STORE". \
To admit everyone, set --param="auth=none".`;
  }
  if (issuer && !isIssuer(issuer)) {
    yield `The issuer "${issuer}" is not valid. Set a URL with https:// and without a query.`;
  }
  if (issuer && !secretParameter && !audience) {
    yield 'The issuer also signs tokens for other services. Set --param="audience=…" to yours.';
  }
  if (secretParameter && !/^(\/[\w.-]+)+$/.test(secretParameter)) {
    // The value may be a secret that was given by mistake, so it is not printed.
    yield 'The secretParameter is not valid. Set a name in Parameter Store that begins with a slash.';
  }
}

function* validateOrigins(list: string): Generator<string> {
  const origins = splitList(list);
  for (const origin of origins) {
    if (origin !== '*' && !isOrigin(origin)) {
      yield `The origin "${origin}" is not valid. Set a scheme, a host and an optional port, \
such as https://chat.example.`;
    }
  }
  if (origins.length === 0) yield 'The parameter origins is empty. Set * to allow every origin.';
}

const limitVariables = [
  'RATE',
  'BURST',
  'CONNECTIONS_PER_USER',
  'ROOMS_PER_CONNECTION',
  'CONNECTIONS_PER_ROOM',
];

function* validateLimits(environment: Environment): Generator<string> {
  for (const name of limitVariables) {
    if (!(Number(environment[name]) > 0)) {
      yield `${name} is "${environment[name]}". Set a number above 0.`;
    }
  }
}

function* validateAlarms({ AlarmsEnabled, HasAlarmTopic }: Conditions): Generator<string> {
  const alarms = getParameter(AlarmsEnabled);
  const topic = getParameter(HasAlarmTopic);
  if (alarms !== 'on' && alarms !== 'off') {
    yield `The parameter alarms is "${alarms}". Set it to on or off.`;
  }
  if (alarms === 'off' && topic) {
    yield 'An alarmTopic is set, but alarms are off. Add --param="alarms=on".';
  }
  if (topic && !/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/.test(topic)) {
    yield `The alarmTopic "${topic}" is not valid. Set the ARN of an SNS topic.`;
  }
}

/** Returns the value of the parameter that a condition tests. */
const getParameter = (condition: Condition): string =>
  'Fn::Equals' in condition ? condition['Fn::Equals'][0] : getParameter(condition['Fn::Not'][0]);

/** Keys must come over TLS, so that only the issuer can supply them. A local issuer needs no certificate. */
function isIssuer(issuer: string): boolean {
  const { protocol, hostname, search, hash } = URL.parse(issuer) ?? {};
  const isLocal = protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname ?? '');
  return (protocol === 'https:' || isLocal) && !search && !hash;
}

/** Accepts an origin only in the form in which a browser sends it. */
const isOrigin = (origin: string) => origin !== 'null' && URL.parse(origin)?.origin === origin;
