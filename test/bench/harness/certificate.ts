import { generateKeyPairSync, sign } from 'node:crypto';

/** The key and the certificate of a server, in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Encodes an element in DER (ITU-T X.690): tag, length, content. */
function encodeDer(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const lengthBytes = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

const sequence = (...parts: readonly Buffer[]) => encodeDer(0x30, ...parts);
const oid = (hex: string) => encodeDer(0x06, Buffer.from(hex, 'hex'));
const integer = (value: number) => encodeDer(0x02, Buffer.from([value]));
const utcTime = (year: number) => encodeDer(0x17, Buffer.from(`${year % 100}0101000000Z`));

// Object identifiers of ecdsa-with-SHA256, commonName and subjectAltName.
const algorithm = sequence(oid('2a8648ce3d040302'));
const commonName = oid('550403');
const alternatives = oid('551d11');

/** Creates a self-signed certificate for 127.0.0.1 (RFC 5280), without a program or the network. */
export function createSelfSignedCertificate(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(
    encodeDer(0x31, sequence(commonName, encodeDer(0x0c, Buffer.from('bench')))),
  );
  const year = new Date().getUTCFullYear();
  const address = encodeDer(0x87, Buffer.from([127, 0, 0, 1]));
  const body = sequence(
    encodeDer(0xa0, integer(2)),
    integer(1),
    algorithm,
    name,
    sequence(utcTime(year), utcTime(year + 2)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    encodeDer(0xa3, sequence(sequence(alternatives, encodeDer(0x04, sequence(address))))),
  );
  const signature = encodeDer(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const text = sequence(body, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`,
  };
}
