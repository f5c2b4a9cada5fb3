import { readFileSync } from 'node:fs';
import { readData } from '../../../../src/build/docs/data.ts';
import SettingsPlugin from '../../../../src/build/release/settings-plugin.ts';
import { serverlessConfig } from '../../../helpers/serverless.ts';

const validEnvironment = {
  AUTH: 'none',
  ISSUER: '',
  AUDIENCE: '',
  SECRET_PARAMETER: '',
  ORIGINS: '*',
  RATE: 10,
  BURST: 300,
  CONNECTIONS_PER_USER: 50,
  ROOMS_PER_CONNECTION: '50',
  CONNECTIONS_PER_ROOM: 10_000,
};

/** Returns the message with which every command rejects these settings, or an empty string. */
function findProblems(settings: Record<string, unknown>, alarms = 'on', topic = ''): string {
  const provider = { stage: 'production', environment: { ...validEnvironment, ...settings } };
  const Conditions = {
    AlarmsEnabled: { 'Fn::Equals': [alarms, 'on'] },
    HasAlarmTopic: { 'Fn::Not': [{ 'Fn::Equals': [topic, ''] }] },
  } as const;
  const service = { provider, resources: { Conditions } };
  const { hooks } = new SettingsPlugin({ service, classes: { Error } });
  const messages = Object.values(hooks).map((hook) => {
    try {
      hook();
      return '';
    } catch (thrown) {
      return String((thrown as Error).message);
    }
  });
  expect(new Set(messages).size).toBe(1);
  return messages[0] ?? '';
}

const jwt = { AUTH: 'jwt', ISSUER: 'https://login.example/', AUDIENCE: 'kaiwa' };

describe('SettingsPlugin', () => {
  it.each([
    ['guests, if auth=none says so', {}],
    ['tokens of an issuer', jwt],
    ['tokens of a local issuer', { ...jwt, ISSUER: 'http://localhost:8080/realms/tea' }],
    ['tokens by a secret', { AUTH: 'jwt', SECRET_PARAMETER: '/kaiwa/production/jwt' }],
    ['tokens of an issuer by a secret', { ...jwt, SECRET_PARAMETER: '/kaiwa', AUDIENCE: '' }],
    ['a list of origins', { ORIGINS: 'https://chat.example, http://localhost:3000' }],
  ])('accepts %s', (_case, settings) => {
    expect(findProblems(settings)).toBe('');
  });

  it.each([
    ['an unknown auth mode', { AUTH: 'basic' }, 'Set it to none or jwt.'],
    ['tokens without a signer', { AUTH: 'jwt' }, 'Stage production uses auth=jwt, but neither'],
    ['an issuer without auth=jwt', { ISSUER: 'https://login.example' }, 'auth=jwt'],
    ['a secret without auth=jwt', { SECRET_PARAMETER: '/kaiwa' }, 'auth=jwt'],
    ['an issuer without an audience', { ...jwt, AUDIENCE: '' }, 'audience='],
    ['an issuer without TLS', { ...jwt, ISSUER: 'http://login.example' }, 'https://'],
    ['an issuer that is not a URL', { ...jwt, ISSUER: 'login.example' }, 'https://'],
    ['an issuer with a query', { ...jwt, ISSUER: 'https://login.example?x' }, 'https://'],
    [
      'a secret parameter with a space',
      { AUTH: 'jwt', SECRET_PARAMETER: 'my secret' },
      'begins with a slash',
    ],
    [
      'a secret parameter that is a pattern',
      { AUTH: 'jwt', SECRET_PARAMETER: '/*' },
      'begins with a slash',
    ],
    [
      'an origin with a slash',
      { ORIGINS: 'https://chat.example/' },
      'origin "https://chat.example/" is not valid',
    ],
    [
      'an origin without a scheme',
      { ORIGINS: 'chat.example' },
      'origin "chat.example" is not valid',
    ],
    ['the origin of sandboxed pages', { ORIGINS: 'null' }, 'origin "null" is not valid'],
    [
      'an origin in capitals',
      { ORIGINS: 'https://Chat.example' },
      'origin "https://Chat.example" is not valid',
    ],
    ['an empty list of origins', { ORIGINS: ' , ' }, 'origins is empty'],
    ['a rate of 0', { RATE: 0 }, 'RATE is "0". Set a number above 0.'],
    ['a burst in words', { BURST: 'many' }, 'BURST is "many". Set a number above 0.'],
    ['no limit of rooms', { ROOMS_PER_CONNECTION: '' }, 'ROOMS_PER_CONNECTION is "".'],
  ])('[SEC-078] rejects %s', (_case, settings, message) => {
    expect(findProblems(settings)).toContain(message);
  });

  it.each([
    ['alarms with a topic', 'on', 'arn:aws:sns:us-east-1:123456789012:operators'],
    ['stages without alarms', 'off', ''],
  ])('accepts %s', (_case, alarms, topic) => {
    expect(findProblems({}, alarms, topic)).toBe('');
  });

  it.each([
    ['an unknown value of alarms', 'true', '', 'Set it to on or off.'],
    ['a topic without alarms', 'off', 'arn:aws:sns:us-east-1:123456789012:x', 'alarms=on'],
    ['a topic that is not an ARN', 'on', 'operators', 'Set the ARN of an SNS topic.'],
  ])('rejects %s', (_case, alarms, topic, message) => {
    expect(findProblems({}, alarms, topic)).toContain(message);
  });

  it('reports all problems at once', () => {
    expect(findProblems({ AUTH: 'jwt', RATE: 0, ORIGINS: 'null' }).split('\n')).toHaveLength(3);
  });
});

describe('the documents', () => {
  it('describe every stage parameter, in the order of serverless.yml', () => {
    const documented = readData('parameters').map(({ name }) => name);
    expect(documented).toEqual(Object.keys(serverlessConfig.params.default));
  });

  it('name the default limits in the protocol', () => {
    const protocol = readFileSync('schemas/README.md', 'utf8').replaceAll(/\s+/g, ' ');
    const { burst, roomsPerConnection, connectionsPerRoom } = serverlessConfig.params.default;
    expect(protocol).toContain(`takes ${burst} requests at once`);
    expect(protocol).toContain(`default ${roomsPerConnection})`);
    expect(protocol).toContain(`(${Number(connectionsPerRoom).toLocaleString('en')})`);
  });
});
