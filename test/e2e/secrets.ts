import { readdirSync, readFileSync } from 'node:fs';
import { type PackagedStack, templateFiles } from '../helpers/packaged.ts';

/** Defines the tests that the package contains no secret, and none of the operator's credentials. */
export function defineSecretTests(packaged: PackagedStack, credentials: readonly string[]): void {
  const name = '/kaiwa/production/jwt';

  it('[SEC-071] gives the function the name of the secret, and access to this secret only', () => {
    const resources = packaged.resources();
    expect(resources['ChatLambdaFunction']?.Properties.Environment.Variables).toMatchObject({
      AUTH: 'jwt',
      ISSUER: 'https://login.example/',
      AUDIENCE: 'kaiwa',
      SECRET_PARAMETER: name,
    });
    const { Conditions } = JSON.parse(packaged.read(templateFiles[1] ?? ''));
    expect(Conditions.UsesSharedSecret).toEqual({ 'Fn::Not': [{ 'Fn::Equals': [name, ''] }] });
    const arn = `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter${name}`;
    const Statement = [
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: { 'Fn::Sub': arn } },
    ];
    expect(resources['ChatRole']?.Properties.Policies[1]['Fn::If']).toEqual([
      'UsesSharedSecret',
      { PolicyName: 'secret', PolicyDocument: { Version: '2012-10-17', Statement } },
      { Ref: 'AWS::NoValue' },
    ]);
  });

  it('[SEC-072] has no secret in a template, and no reference that CloudFormation would resolve', () => {
    for (const template of templateFiles) {
      const text = packaged.read(template);
      // CloudFormation would copy the value of such a reference into the environment of the function.
      expect(text.match(/\{\{\s*resolve:[^}]*/g) ?? []).toEqual([]);
      expect(JSON.parse(text)).not.toHaveProperty('Parameters');
    }
  });

  it('[SEC-073] has none of the operator’s credentials in any file', () => {
    const files = readdirSync(packaged.path('.'));
    expect(files).toEqual(expect.arrayContaining([...templateFiles, 'kaiwa.zip']));
    for (const file of files) {
      const bytes = readFileSync(packaged.path(file));
      for (const secret of credentials) expect(bytes.includes(secret)).toBe(false);
    }
  });

  it('reads no setting from a store of secrets', () => {
    // osls resolves a variable such as ${ssm:…} while packaging, and writes the value into the package.
    const text = readFileSync('serverless.yml', 'utf8');
    const [before = '', local = ''] = text.split(/^ {2}serverless-offline:$/m);
    const sources = (part: string) =>
      [...part.matchAll(/\$\{([a-z][\w-]*)\b(?!\})/g)].map(([, source]) => source);
    expect([...new Set(sources(before))].sort()).toEqual(['file', 'opt', 'param', 'self']);
    expect(new Set(sources(local))).toEqual(new Set(['env']));
    const files = [...text.matchAll(/\$\{file\(([^)]*)\)/g)].map(([, file]) => file);
    expect(new Set(files)).toEqual(new Set(['src/ops/alarms.yml']));
    const alarms = readFileSync('src/ops/alarms.yml', 'utf8');
    expect([...new Set(sources(alarms))].sort()).toEqual(['param', 'self']);
  });
}
