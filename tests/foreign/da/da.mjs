// MNX-DA-1 from docs/formats/da.md alone: slow, with Node.js and nothing else.
//   node da.mjs make          prints vectors
//   node da.mjs check FILE    recomputes every value of FILE
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

// GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1, bit by bit.
function times(a, b) {
  let product = 0;
  for (; b > 0; b >>= 1, a = (a << 1) ^ (a & 0x80 ? 0x11d : 0)) if (b & 1) product ^= a;
  return product;
}
function inverse(a) {
  for (let b = 1; b < 256; ++b) if (times(a, b) === 1) return b;
  throw new Error("zero has no inverse");
}

function widthOf(length, k) {
  const up = (value, step) => Math.ceil(value / step) * step;
  const width = up(Math.ceil((8 + length) / k), 64);
  return width > 262144 ? up(width, 4096) : width;
}

function split(blob, n, k) {
  const width = widthOf(blob.length, k);
  const framed = Buffer.alloc(k * width);
  framed.writeBigUInt64BE(BigInt(blob.length));
  blob.copy(framed, 8);
  const shards = [];
  for (let j = 0; j < k; ++j) shards.push(framed.subarray(j * width, (j + 1) * width));
  for (let i = k; i < n; ++i) {
    const parity = Buffer.alloc(width);
    for (let j = 0; j < k; ++j) {
      const row = [];
      for (let value = 0; value < 256; ++value) row.push(times(inverse(i ^ j), value));
      for (let at = 0; at < width; ++at) parity[at] ^= row[shards[j][at]];
    }
    shards.push(parity);
  }
  return shards;
}

function treeRoot(leaves) {
  if (leaves.length === 1) return leaves[0];
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return sha256(Buffer.of(1), treeRoot(leaves.slice(0, left)), treeRoot(leaves.slice(left)));
}

function shardHash(shard) {
  const leaves = [];
  for (let at = 0; at < shard.length; at += 4096)
    leaves.push(sha256(Buffer.of(0), shard.subarray(at, at + 4096)));
  return treeRoot(leaves);
}

const u64 = (value) => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return out;
};
const u16 = (value) => Buffer.of(value >> 8, value & 255);
const bytes = (hex) => Buffer.from(hex.replace(/^0x/, ""), "hex");

function commitment(h) {
  const origin = Buffer.from(h.origin);
  return sha256("MNX-DA-1/R", Buffer.of(1, 1), u16(origin.length), origin, u64(h.from), u64(h.to),
    bytes(h.before), bytes(h.root), u16(h.n), u16(h.k), u64(h.width), u64(h.length),
    u64(Date.parse(h.keep_until) / 1000), bytes(h.roster), ...h.shards.map(bytes));
}

// Byte i of a test blob is the first byte of SHA-256(seed ‖ u64 i / 32) … 32 at a time.
function blobOf(seed, length) {
  const out = Buffer.alloc(length);
  for (let at = 0; at < length; at += 32) sha256(seed, u64(at / 32)).copy(out, at);
  return out;
}

function shardsCase({ seed, length, n, k }) {
  const shards = split(blobOf(seed, length), n, k);
  return { seed, length, n, k, width: shards[0].length,
    hashes: shards.map((shard) => "0x" + shardHash(shard).toString("hex")),
    last: shards[0].length <= 64 ? shards[n - 1].toString("hex") : "" };
}

function headerCase({ seed, length, n, k }) {
  const made = shardsCase({ seed, length, n, k });
  const header = { before: "0x" + sha256("before").toString("hex"), from: 17, k, keep_until: "2028-01-01T00:00:00Z",
    length, n, origin: "north.example/log", profile: "crash-only", root: "0x" + sha256("root").toString("hex"),
    roster: "0x" + sha256("roster").toString("hex"), shards: made.hashes, to: 4242, width: made.width };
  return { seed, text: "mednexus/da-header/v1\n" + JSON.stringify(header) + "\n",
    commitment: "0x" + commitment(header).toString("hex") };
}

function make() {
  const shards = [];
  for (const [n, k] of [[2, 1], [3, 2], [4, 2], [4, 3], [5, 3], [7, 3], [10, 4], [16, 15]])
    for (const length of [1, 55, 56, 57, 119, 5000]) shards.push(shardsCase({ seed: `${n}/${k}`, length, n, k }));
  shards.push(shardsCase({ seed: "wide", length: 524281, n: 3, k: 2 }));
  shards.push(shardsCase({ seed: "just not wide", length: 524280, n: 3, k: 2 }));
  shards.push(shardsCase({ seed: "largest code", length: 20000, n: 255, k: 250 }));
  const headers = [headerCase({ seed: "a", length: 1000, n: 3, k: 2 }), headerCase({ seed: "b", length: 9, n: 2, k: 1 })];
  return { source: "tests/foreign/da/da.mjs, from docs/formats/da.md", shards, headers };
}

const [verb, file] = process.argv.slice(2);
const text = JSON.stringify(make(), null, 1) + "\n";
if (verb === "make") process.stdout.write(text);
else if (verb === "check" && readFileSync(file, "utf8") === text) console.log("every value recomputed");
else {
  console.error("the vectors are not what the format says");
  process.exit(1);
}
