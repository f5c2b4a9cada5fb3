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

/** What each of the commands says to these settings. */
function findProblems(settings: Record<string, unknown>, alarms = 'on', topic = ''): string {
  const provider = { stage: 'production', environment: { ...validEnvironment, ...settings } };
  const Conditions = {
    AlarmsEnabled: { 'Fn::Equals': [alarms, 'on'] },
    HasAlarmTopic: { 'Fn::Not': [{ 'Fn::Equals': [topic, ''] }] },
  } as const;
  const service = { provider, resources: { Conditions } };
  const { hooks } = new SettingsPlugin({ service, classes: { Error } });
  const words = Object.values(hooks).map((hook) => {
    try {
      hook();
      return '';
    } catch (thrown) {
      return String((thrown as Error).message);
    }
  });
  expect(new Set(words).size).toBe(1);
  return words[0] ?? '';
}

const jwt = { AUTH: 'jwt', ISSUER: 'https://login.example/', AUDIENCE: 'kaiwa' };

describe('the settings', () => {
  it.each([
    ['let everyone in, when one says so', {}],
    ['take tokens of an issuer', jwt],
    [
      'take tokens of an issuer on this machine',
      { ...jwt, ISSUER: 'http://localhost:8080/realms/tea' },
    ],
    ['take tokens by a secret', { AUTH: 'jwt', SECRET_PARAMETER: '/kaiwa/production/jwt' }],
    ['take tokens of an issuer by a secret', { ...jwt, SECRET_PARAMETER: '/kaiwa', AUDIENCE: '' }],
    ['name origins', { ORIGINS: 'https://chat.example, http://localhost:3000' }],
  ])('%s', (_case, settings) => {
    expect(findProblems(settings)).toBe('');
  });

  it.each([
    ['an unknown way', { AUTH: 'basic' }, 'neither none nor jwt'],
    ['tokens of nobody', { AUTH: 'jwt' }, 'The stage production asks for tokens'],
    ['an issuer whom nobody asks', { ISSUER: 'https://login.example' }, 'auth=jwt'],
    ['a secret that nobody needs', { SECRET_PARAMETER: '/kaiwa' }, 'auth=jwt'],
    ['an issuer for everybody', { ...jwt, AUDIENCE: '' }, 'audience='],
    ['an issuer that anybody can play', { ...jwt, ISSUER: 'http://login.example' }, 'https://'],
    ['an issuer that is no address', { ...jwt, ISSUER: 'login.example' }, 'https://'],
    ['an issuer with a query', { ...jwt, ISSUER: 'https://login.example?x' }, 'https://'],
    [
      'a secret that is no name',
      { AUTH: 'jwt', SECRET_PARAMETER: 'my secret' },
      'begins with a slash',
    ],
    ['a secret that is a pattern', { AUTH: 'jwt', SECRET_PARAMETER: '/*' }, 'begins with a slash'],
    ['an origin with a slash', { ORIGINS: 'https://chat.example/' }, 'is no origin'],
    ['an origin without a scheme', { ORIGINS: 'chat.example' }, 'is no origin'],
    ['the origin of sandboxes', { ORIGINS: 'null' }, 'null is no origin'],
    ['an origin in capitals', { ORIGINS: 'https://Chat.example' }, 'is no origin'],
    ['no origin', { ORIGINS: ' , ' }, 'origins is empty'],
    ['no rate', { RATE: 0 }, 'RATE must be'],
    ['a burst in words', { BURST: 'many' }, 'BURST must be'],
    ['no rooms', { ROOMS_PER_CONNECTION: '' }, 'ROOMS_PER_CONNECTION must be'],
  ])('are refused that have %s', (_case, settings, words) => {
    expect(findProblems(settings)).toContain(words);
  });

  it.each([
    ['alarms told to a topic', 'on', 'arn:aws:sns:us-east-1:123456789012:operators', ''],
    ['no alarms', 'off', '', ''],
    ['alarms in other words', 'true', '', 'neither on nor off'],
    ['a topic that hears nothing', 'off', 'arn:aws:sns:us-east-1:123456789012:x', 'alarms=on'],
    ['a topic that is a name', 'on', 'operators', 'no ARN'],
  ])('on %s', (_case, alarms, topic, words) => {
    expect(findProblems({}, alarms, topic)).toEqual(
      words === '' ? '' : expect.stringContaining(words),
    );
  });

  it('are told all that is wrong at once', () => {
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
