// Usage: node crypt4gh_test.mjs TOOL. Each side opens what the other sealed; see crypt4gh_read.mjs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeKeyPair, open, seal } from './crypt4gh_read.mjs';

const tool = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'crypt4gh-'));
const SIZES = [1, 65535, 65536, 65537, 5 * 1048576 + 3];
const DENIED = 77, CORRUPT = 74, INVALID = 65;

/** Runs mednexus' tool: `content` in, its output file out, or its exit code. */
function mednexus(verb, content, ...keys) {
  const from = join(folder, 'in'), to = join(folder, 'out');
  writeFileSync(from, content);
  const ran = spawnSync(tool, [verb, from, to, ...keys.map((key) => key.toString('hex'))]);
  return ran.status === 0 ? readFileSync(to) : ran.status;
}

const alice = makeKeyPair(), bob = makeKeyPair(), mallory = makeKeyPair();
const tests = {
  'opens what mednexus seals, at every size and for each reader'() {
    for (const size of SIZES) {
      const plain = randomBytes(size);
      const file = mednexus('seal', plain, alice.public, bob.public);
      assert.equal(file.length, 16 + 2 * 108 + size + 28 * Math.ceil(size / 65536));
      assert.ok(open(file, alice.secret).equals(plain));
      assert.ok(open(file, bob.secret).equals(plain));
      assert.throws(() => open(file, mallory.secret), /no data key/);
    }
  },
  'mednexus opens what it seals, at every size and for each reader'() {
    for (const size of SIZES) {
      const plain = randomBytes(size);
      const file = seal(plain, [alice.public, bob.public]);
      assert.ok(mednexus('open', file, alice.secret).equals(plain));
      assert.ok(mednexus('open', file, bob.secret).equals(plain));
      assert.equal(mednexus('open', file, mallory.secret), DENIED);
    }
  },
  'mednexus opens several data keys, padded packets and unknown methods'() {
    const plain = randomBytes(4 * 65536 + 5);
    for (const options of [{ keys: 3 }, { padding: 61 }, { foreignPacket: true },
                           { keys: 2, padding: 7, foreignPacket: true }]) {
      const file = seal(plain, [bob.public, alice.public], options);
      assert.ok(open(file, alice.secret).equals(plain));
      assert.ok(mednexus('open', file, alice.secret).equals(plain), JSON.stringify(options));
    }
  },
  'both apply an edit list alike'() {
    const plain = randomBytes(300000);
    for (const edit of [[], [7], [0, 7853, 71721, 30792, 5129, 38], [65535, 2, 65535, 2],
                        [299999, 10], [400000, 1, 1], [1, 999999, 5], [0, 0, 0, 0, 1]]) {
      const file = seal(plain, [alice.public], { edit });
      assert.ok(mednexus('open', file, alice.secret).equals(open(file, alice.secret)), String(edit));
    }
  },
  'mednexus adds a reader without touching the body'() {
    const plain = randomBytes(70000);
    const file = mednexus('seal', plain, alice.public);
    const shared = mednexus('add', file, alice.secret, bob.public);
    assert.ok(open(shared, bob.secret).equals(plain));
    assert.ok(open(shared, alice.secret).equals(plain));
    assert.ok(shared.subarray(16 + 2 * 108).equals(file.subarray(16 + 108)));
    assert.equal(mednexus('add', file, mallory.secret, mallory.public), DENIED);
  },
  'mednexus shares on what the other side sealed, every key and the edit list'() {
    const file = seal(randomBytes(200000), [alice.public], { keys: 2, edit: [5, 100000, 7] });
    const shared = mednexus('add', file, alice.secret, bob.public);
    assert.ok(open(shared, bob.secret).equals(open(file, alice.secret)));
  },
  'a reader left out of a rewrap is denied'() {
    const plain = randomBytes(100);
    const file = mednexus('seal', plain, alice.public, bob.public);
    const kept = mednexus('rewrap', file, alice.secret, alice.public, mallory.public);
    assert.ok(open(kept, alice.secret).equals(plain));
    assert.ok(open(kept, mallory.secret).equals(plain));
    assert.throws(() => open(kept, bob.secret), /no data key/);
  },
  'both refuse flipped and missing bytes'() {
    const file = mednexus('seal', randomBytes(50), alice.public);
    for (let at = 0; at < file.length; at += 3) {
      const bad = Buffer.from(file);
      bad[at] ^= 0x10;
      assert.throws(() => open(bad, alice.secret), undefined, `node took a flip at ${at}`);
      assert.ok([DENIED, CORRUPT, INVALID].includes(mednexus('open', bad, alice.secret)));
    }
    for (const length of [0, 7, 15, 60, 123, 130, file.length - 1]) {
      assert.ok([CORRUPT, INVALID].includes(mednexus('open', file.subarray(0, length), alice.secret)));
    }
  },
};

let failures = 0;
for (const [name, run] of Object.entries(tests)) {
  try {
    run();
    console.log(`ok      ${name}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
}
rmSync(folder, { recursive: true });
process.exitCode = failures === 0 ? 0 : 1;
