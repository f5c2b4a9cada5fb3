import { readdirSync, readFileSync } from 'node:fs';
import { type PackagedStack, templateFiles } from '../helpers/packaged.ts';

/** Tests that no secret is in what is packaged, by whoever has these, and is to read one when it runs. */
export function defineSecretTests(packaged: PackagedStack, credentials: readonly string[]): void {
  const name = '/kaiwa/production/jwt';

  it('tells the function where the one secret is, and lets it read that one', () => {
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

  it('puts no secret into a template, neither now nor when CloudFormation reads it', () => {
    for (const template of templateFiles) {
      const text = packaged.read(template);
      // CloudFormation would put what these name into the function's settings, to be read by whoever sees those.
      expect(text.match(/\{\{\s*resolve:[^}]*/g) ?? []).toEqual([]);
      expect(JSON.parse(text)).not.toHaveProperty('Parameters');
    }
  });

  it('puts nothing of who packages into anything', () => {
    const files = readdirSync(packaged.path('.'));
    expect(files).toEqual(expect.arrayContaining([...templateFiles, 'kaiwa.zip']));
    for (const file of files) {
      const bytes = readFileSync(packaged.path(file));
      for (const secret of credentials) expect(bytes.includes(secret)).toBe(false);
    }
  });

  it('takes no setting from where secrets are kept', () => {
    // A variable such as ${ssm:…} is resolved on the machine that packages, and its value packaged.
    const text = readFileSync('serverless.yml', 'utf8');
    const [before = '', local = ''] = text.split(/^ {2}serverless-offline:$/m);
    const sources = (part: string) =>
      [...part.matchAll(/\$\{([a-z][\w-]*)\b(?!\})/g)].map(([, source]) => source);
    expect([...new Set(sources(before))].sort()).toEqual(['file', 'opt', 'param', 'self']);
    expect(new Set(sources(local))).toEqual(new Set(['env']));
    const files = [...text.matchAll(/\$\{file\(([^)]*)\)/g)].map(([, file]) => file);
    expect(new Set(files)).toEqual(new Set(['src/ops/alarms.yml']));
    const further = readFileSync('src/ops/alarms.yml', 'utf8');
    expect([...new Set(sources(further))].sort()).toEqual(['param', 'self']);
  });
}
