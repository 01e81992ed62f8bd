// An independent Crypt4GH version 1 reader and writer, from the GA4GH File Encryption Standard alone
// (sections 3 and 4; the tables of docs/formats/crypt4gh.md). It shares no code with mednexus: Node's
// own primitives only. It is a tool of the tests; it checks nothing that the standard does not ask for.
import { createCipheriv, createDecipheriv, createHash, createPrivateKey, createPublicKey,
         diffieHellman, generateKeyPairSync, randomBytes } from 'node:crypto';

const MAGIC = Buffer.from('crypt4gh', 'ascii');
const SEGMENT = 65536;
const CIPHER = 'chacha20-poly1305';

// DER wrappings of raw X25519 keys (RFC 8410), which is how Node takes them.
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');

const privateKeyOf = (raw) =>
  createPrivateKey({ key: Buffer.concat([PKCS8, raw]), format: 'der', type: 'pkcs8' });
const publicKeyOf = (raw) =>
  createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
const rawPublicOf = (rawSecret) =>
  createPublicKey(privateKeyOf(rawSecret)).export({ format: 'der', type: 'spki' }).subarray(-32);

export function makeKeyPair() {
  const { privateKey } = generateKeyPairSync('x25519');
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  return { secret, public: rawPublicOf(secret) };
}

const le32 = (value) => { const out = Buffer.alloc(4); out.writeUInt32LE(value); return out; };
const le64 = (value) => { const out = Buffer.alloc(8); out.writeBigUInt64LE(BigInt(value)); return out; };

function encrypt(key, plain) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: 16 });
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]);
}

/** The plaintext, or null when the tag does not match. */
function decrypt(key, sealed) {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(-16));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  } catch {
    return null;
  }
}

function sharedKey(mySecret, theirPublic, readerPublic, writerPublic) {
  const point = diffieHellman({ privateKey: privateKeyOf(mySecret), publicKey: publicKeyOf(theirPublic) });
  return createHash('blake2b512').update(point).update(readerPublic).update(writerPublic)
    .digest().subarray(0, 32);
}

function sealPacket(payload, reader) {
  const writer = makeKeyPair();
  const sealed = encrypt(sharedKey(writer.secret, reader, reader, writer.public), payload);
  return Buffer.concat([le32(8 + 32 + sealed.length), le32(0), writer.public, sealed]);
}

const dataKeyPayload = (key) => Buffer.concat([le32(0), le32(0), key]);
const editListPayload = (lengths) =>
  Buffer.concat([le32(1), le32(lengths.length), ...lengths.map(le64)]);

/**
 * A whole file. `keys`: how many data keys take turns over the segments; `edit`: lengths of an edit list;
 * `padding`: bytes after each payload; `foreignPacket`: put a packet of an unknown method first.
 */
export function seal(plain, readers, { keys = 1, edit = null, padding = 0, foreignPacket = false } = {}) {
  const dataKeys = Array.from({ length: keys }, () => randomBytes(32));
  const payloads = dataKeys.map(dataKeyPayload);
  if (edit) {
    payloads.push(editListPayload(edit));
  }
  const packets = foreignPacket ? [Buffer.concat([le32(12), le32(99), le32(7)])] : [];
  for (const reader of readers) {
    for (const payload of payloads) {
      packets.push(sealPacket(Buffer.concat([payload, Buffer.alloc(padding)]), reader));
    }
  }
  const segments = [];
  for (let at = 0; at < plain.length; at += SEGMENT) {
    segments.push(encrypt(dataKeys[segments.length % keys], plain.subarray(at, at + SEGMENT)));
  }
  return Buffer.concat([MAGIC, le32(1), le32(packets.length), ...packets, ...segments]);
}

function openHeader(file, secret) {
  if (!file.subarray(0, 8).equals(MAGIC) || file.readUInt32LE(8) !== 1) {
    throw new Error('not a crypt4gh file of version 1');
  }
  const mine = rawPublicOf(secret);
  const found = { keys: [], edit: null, end: 16 };
  for (let left = file.readUInt32LE(12); left > 0; left -= 1) {
    const length = file.readUInt32LE(found.end);
    const packet = file.subarray(found.end + 4, found.end + length);
    if (packet.length !== length - 4) {
      throw new Error('the header is cut short');
    }
    found.end += length;
    readPacket(packet, secret, mine, found);
  }
  if (found.keys.length === 0) {
    throw new Error('no data key for this reader');
  }
  return found;
}

function readPacket(packet, secret, mine, found) {
  if (packet.readUInt32LE(0) !== 0) {
    return;
  }
  const writer = packet.subarray(4, 36);
  const payload = decrypt(sharedKey(secret, writer, mine, writer), packet.subarray(36));
  if (payload === null) {
    return; // another reader's
  }
  const type = payload.readUInt32LE(0);
  if (type === 0 && payload.readUInt32LE(4) === 0) {
    found.keys.push(payload.subarray(8, 40));
  } else if (type === 1 && found.edit === null) {
    const count = payload.readUInt32LE(4);
    found.edit = Array.from({ length: count }, (_, i) => Number(payload.readBigUInt64LE(8 + 8 * i)));
  } else {
    throw new Error('a packet that this reader does not take');
  }
}

/** Section 4.2 of the standard, step by step. */
function applyEditList(lengths, input) {
  if (lengths.length === 0) {
    return input;
  }
  const out = [];
  let position = 0;
  const rest = [...lengths];
  while (rest.length > 0) {
    position += rest.shift();
    const keep = rest.length > 0 ? rest.shift() : input.length;
    out.push(input.subarray(position, position + keep));
    position += keep;
  }
  return Buffer.concat(out);
}

/** The plaintext of a whole file. Throws when it is not one that this reader can open. */
export function open(file, secret) {
  const header = openHeader(file, secret);
  const plain = [];
  for (let at = header.end; at < file.length; at += SEGMENT + 28) {
    const sealed = file.subarray(at, at + SEGMENT + 28);
    const opened = header.keys.map((key) => decrypt(key, sealed)).find((text) => text !== null);
    if (opened === undefined) {
      throw new Error(`segment ${plain.length} does not authenticate`);
    }
    plain.push(opened);
  }
  const whole = Buffer.concat(plain);
  return header.edit === null ? whole : applyEditList(header.edit, whole);
}
