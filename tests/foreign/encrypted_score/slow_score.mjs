// The encrypted engine once more, from docs/formats/encrypted-score.md alone: integers of any size, products term by term,
// values of polynomials by their definition. No transform, no residues but where the format asks for them.
//
//   node slow_score.mjs                 prints the known answers
//   node slow_score.mjs --check FILE    compares them with FILE
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

const PRIMES = [478937089n, 475267073n, 473694209n, 471072769n, 469762049n, 483655681n, 483131393n];
const product = (list) => list.reduce((a, b) => a * b, 1n);
const Q = product(PRIMES.slice(0, 5));
const Q4 = product(PRIMES.slice(0, 4));
const P = PRIMES[5] * PRIMES[6];
const QP = Q * P;
const DIGITS = [[0, 1], [2, 3], [4]];

// --- numbers

const mod = (a, m) => ((a % m) + m) % m;
const centred = (a, m) => {
  const r = mod(a, m);
  return r > (m - 1n) / 2n ? r - m : r;
};
function power(base, exponent, m) {
  let out = 1n;
  for (let b = mod(base, m), e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) out = (out * b) % m;
    b = (b * b) % m;
  }
  return out;
}
function inverse(a, m) {
  let [r0, r1, s0, s1] = [m, mod(a, m), 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - quotient * r1, s1, s0 - quotient * s1];
  }
  return mod(s0, m);
}

// --- bytes

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const u32 = (x) => {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(Number(x));
  return out;
};

/// RFC 8439, one block.
function chacha20Block(key, counter, nonce) {
  const state = new Uint32Array(16);
  state.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
  for (let i = 0; i < 8; i++) state[4 + i] = key.readUInt32LE(4 * i);
  state[12] = counter;
  for (let i = 0; i < 3; i++) state[13 + i] = nonce.readUInt32LE(4 * i);
  const w = state.slice();
  const turn = (x, n) => (x << n) | (x >>> (32 - n));
  const quarter = (a, b, c, d) => {
    w[a] += w[b]; w[d] = turn(w[d] ^ w[a], 16);
    w[c] += w[d]; w[b] = turn(w[b] ^ w[c], 12);
    w[a] += w[b]; w[d] = turn(w[d] ^ w[a], 8);
    w[c] += w[d]; w[b] = turn(w[b] ^ w[c], 7);
  };
  for (let round = 0; round < 10; round++) {
    quarter(0, 4, 8, 12); quarter(1, 5, 9, 13); quarter(2, 6, 10, 14); quarter(3, 7, 11, 15);
    quarter(0, 5, 10, 15); quarter(1, 6, 11, 12); quarter(2, 7, 8, 13); quarter(3, 4, 9, 14);
  }
  const out = Buffer.alloc(64);
  for (let i = 0; i < 16; i++) out.writeUInt32LE((w[i] + state[i]) >>> 0, 4 * i);
  return out;
}

// --- section 3

class Stream {
  constructor(key, what, number, prime) {
    Object.assign(this, { key, nonce: Buffer.concat([u32(what), u32(number), u32(prime)]), block: 0, at: 64 });
  }
  byte() {
    if (this.at === 64) {
      this.bytes = chacha20Block(this.key, this.block++, this.nonce);
      this.at = 0;
    }
    return this.bytes[this.at++];
  }
  number(count) {
    let out = 0n;
    for (let i = 0; i < count; i++) out |= BigInt(this.byte()) << BigInt(8 * i);
    return out;
  }
}

const bitLength = (x) => BigInt(x.toString(2).length);
const ones = (x) => [...x.toString(2)].filter((c) => c === "1").length;
const repeat = (n, draw) => Array.from({ length: n }, draw);

function below(stream, p) {
  const mask = (1n << bitLength(p - 1n)) - 1n;
  for (;;) {
    const value = stream.number(4) & mask;
    if (value < p) return value;
  }
}

class Engine {
  constructor({ N, d, t }) {
    Object.assign(this, { N, d, t: BigInt(t) });
    this.bits = Math.log2(N);
    this.L = Math.ceil(Math.log2(d));
    this.expansion = 1 << this.L;
    const text =
      `mednexus/score/v1\nN=${N}\nd=${d}\nt=${t}\nq=${PRIMES.slice(0, 5).join(",")}\n` +
      `p=${PRIMES.slice(5).join(",")}\nnoise=21\nsmudging=88\n`;
    this.id = sha256(text);
    this.powers = new Map();
  }

  K(seed, label, context = Buffer.alloc(0)) {
    return createHmac("sha256", seed)
      .update("mednexus/score/v1/" + label)
      .update(Buffer.from([0]))
      .update(this.id)
      .update(context)
      .digest();
  }

  ternary(key, number) {
    const stream = new Stream(key, 2, number, 0);
    const out = [];
    while (out.length < this.N) {
      const byte = stream.byte();
      for (let shift = 0; shift < 8; shift += 2) {
        const value = (byte >> shift) & 3;
        if (value !== 3 && out.length < this.N) out.push([0n, 1n, -1n][value]);
      }
    }
    return out;
  }
  noise(key, number) {
    const stream = new Stream(key, 3, number, 0);
    const half = () => ones(stream.number(4) & 0x1fffffn);
    return repeat(this.N, () => {
      const first = half();
      return BigInt(first - half());
    });
  }
  smudging(key) {
    const stream = new Stream(key, 4, 0, 0);
    const one = () => (stream.number(12) & ((1n << 89n) - 1n)) - (1n << 88n);
    return repeat(this.N, () => one() + one() + one());
  }
  mask(key) {
    const stream = new Stream(key, 5, 0, 0);
    return repeat(this.N, () => below(stream, this.t));
  }
  box(key, number, bits) {
    const stream = new Stream(key, 6, number, 0);
    return repeat(this.N, () => (stream.number(8) & ((2n << bits) - 1n)) - (1n << bits));
  }
  uniformRow(key, number, prime) {
    const stream = new Stream(key, 1, number, prime);
    return repeat(this.N, () => below(stream, PRIMES[prime]));
  }
  /// A uniform polynomial by coefficients, modulo the product of the first `primes` primes.
  uniform(key, number, primes) {
    const rows = [];
    for (let i = 0; i < primes; i++) rows.push(this.interpolate(this.uniformRow(key, number, i), PRIMES[i]));
    return this.join(rows, primes);
  }

  // --- polynomials

  rev(i) {
    let out = 0;
    for (let b = 0; b < this.bits; b++) out |= ((i >> b) & 1) << (this.bits - 1 - b);
    return out;
  }
  /// psi to every power below 2N.
  powersOf(p) {
    if (!this.powers.has(p)) {
      let x = 2n;
      while (power(x, (p - 1n) / 2n, p) === 1n) x++;
      const psi = power(x, (p - 1n) / BigInt(2 * this.N), p);
      const list = [1n];
      while (list.length < 2 * this.N) list.push((list[list.length - 1] * psi) % p);
      this.powers.set(p, list);
    }
    return this.powers.get(p);
  }
  values(a, p) {
    const psi = this.powersOf(p);
    const small = a.map((x) => mod(x, p));
    return repeat(this.N, (_, i) => {
      const step = 2 * this.rev(i) + 1;
      return mod(small.reduce((sum, x, n) => sum + x * psi[(step * n) % (2 * this.N)], 0n), p);
    });
  }
  interpolate(values, p) {
    const psi = this.powersOf(p);
    const scale = inverse(BigInt(this.N), p);
    return repeat(this.N, (_, n) => {
      let sum = 0n;
      values.forEach((v, i) => {
        const step = ((2 * this.rev(i) + 1) * n) % (2 * this.N);
        sum += v * psi[(2 * this.N - step) % (2 * this.N)];
      });
      return mod(sum * scale, p);
    });
  }
  join(rows, primes) {
    const M = product(PRIMES.slice(0, primes));
    const basis = PRIMES.slice(0, primes).map((p) => (M / p) * inverse(M / p, p));
    return repeat(this.N, (_, n) => mod(rows.reduce((sum, row, i) => sum + row[n] * basis[i], 0n), M));
  }
  multiply(a, b, M) {
    const out = new Array(this.N).fill(0n);
    for (let i = 0; i < this.N; i++) {
      if (a[i] === 0n) continue;
      for (let j = 0; j < this.N; j++) {
        if (i + j < this.N) out[i + j] += a[i] * b[j];
        else out[i + j - this.N] -= a[i] * b[j];
      }
    }
    return out.map((x) => mod(x, M));
  }
  sum(M, ...list) {
    return repeat(this.N, (_, n) => mod(list.reduce((s, a) => s + a[n], 0n), M));
  }
  times(c, a) {
    return a.map((x) => c * x);
  }
  rotate(a, level) {
    const g = (this.N >> level) + 1;
    const out = new Array(this.N).fill(0n);
    a.forEach((x, n) => {
      const to = (n * g) % (2 * this.N);
      out[to % this.N] = to < this.N ? x : -x;
    });
    return out;
  }
  encode(slots) {
    return this.interpolate(slots.map((x) => mod(BigInt(x), this.t)), this.t).map((x) => centred(x, this.t));
  }

  // --- section 2

  object(kind, fields, polynomials, primes) {
    const out = [Buffer.from("MNSC"), Buffer.from([1, kind, 0, 0]), this.id, ...fields];
    for (const a of polynomials) for (const p of primes) for (const v of this.values(a, p)) out.push(u32(v));
    return Buffer.concat(out);
  }

  // --- section 4

  w(j) {
    const own = product(DIGITS[j].map((i) => PRIMES[i]));
    const g = (Q / own) * inverse(Q / own, own);
    return P * mod(g, Q);
  }
  common(session) {
    const key = this.K(session, "common");
    return (number) => this.uniform(key, number, 7);
  }
  te(key, number) {
    return this.times(this.t, this.noise(key, number));
  }
  shareOne(seed, session) {
    const key = this.K(seed, "share", session);
    const a = this.common(session);
    const s = this.ternary(key, 0);
    const u = this.ternary(key, 1);
    const minus = (x) => this.times(-1n, x);
    const polynomials = [this.sum(QP, minus(this.multiply(a(0), s, QP)), this.te(key, 0))];
    for (let j = 0; j < 3; j++) {
      polynomials.push(
        this.sum(QP, minus(this.multiply(a(1 + j), u, QP)), this.times(this.w(j), s), this.te(key, 1 + 2 * j)),
        this.sum(QP, this.multiply(a(1 + j), s, QP), this.te(key, 2 + 2 * j)));
    }
    for (let l = 0; l < this.L; l++) {
      for (let j = 0; j < 3; j++) {
        polynomials.push(this.sum(QP, minus(this.multiply(a(4 + 3 * l + j), s, QP)),
          this.times(this.w(j), this.rotate(s, l)), this.te(key, 7 + 3 * l + j)));
      }
    }
    return polynomials;
  }
  shareTwo(seed, session, relinearisation, input) {
    const key = this.K(seed, "share", session);
    const more = this.K(seed, "share two", Buffer.concat([session, input]));
    const s = this.ternary(key, 0);
    const u = this.ternary(key, 1);
    return [0, 1, 2].map((j) =>
      this.sum(QP, this.multiply(s, relinearisation[2 * j], QP), this.te(more, 2 * j),
        this.multiply(this.sum(QP, u, this.times(-1n, s)), relinearisation[2 * j + 1], QP), this.te(more, 2 * j + 1)));
  }

  // --- sections 5 and 6

  divide(r, by, M) {
    const factor = inverse(this.t, by);
    return r.map((x) => {
      const sum = x + this.t * centred(-x * factor, by);
      if (sum % by !== 0n) throw new Error("division leaves a rest");
      return mod(sum / by, M);
    });
  }
  /// key: [digit][component] by coefficients modulo QP
  keySwitch(x, key) {
    const digits = DIGITS.map((own) => {
      const m = product(own.map((i) => PRIMES[i]));
      return x.map((c) => centred(c, m));
    });
    return [0, 1].map((component) => {
      const r = this.sum(QP, ...digits.map((digit, j) => this.multiply(digit, key[j][component], QP)));
      return this.divide(r, P, Q);
    });
  }
  expand(query, rotations) {
    const entries = [query];
    for (let l = 0; l < this.L; l++) {
      const size = Math.min(1 << l, this.d);
      for (let b = 0; b < size; b++) {
        const [c0, c1] = entries[b];
        const y = this.keySwitch(this.rotate(c1, l).map((x) => mod(x, Q)), rotations[l]);
        const r = [this.sum(Q, this.rotate(c0, l), y[0]), y[1]];
        entries[b] = [this.sum(Q, c0, r[0]), this.sum(Q, c1, r[1])];
        if (b + (1 << l) < this.d) {
          const shift = new Array(this.N).fill(0n);
          shift[this.N - (1 << l)] = -1n;
          entries[b + (1 << l)] = [c0, c1].map((c, i) =>
            this.multiply(shift, this.sum(Q, c, this.times(-1n, r[i])), Q));
        }
      }
    }
    return entries;
  }
}

// --- section 11

const BOXES = [19n, 23n, 40n]; // of v, e', f

/// secrets: v, e', f; key: p, a. Gives the proof's words after its fields, and the challenge.
function proveQuery(e, { querySeed, publicHash, queryHash, use, key, secrets }) {
  const bounds = [1n, 21n, 21n * e.t + (e.t - 1n) / 2n];
  const turned = (x, k) => {
    const out = new Array(e.N).fill(0n);
    x.forEach((c, n) => {
      const to = (n + k * (e.N / 32)) % (2 * e.N);
      out[to % e.N] = to < e.N ? c : -c;
    });
    return out;
  };
  const words = (polynomials) => polynomials.flatMap((a) => PRIMES.slice(0, 5).flatMap((p) => e.values(a, p).map(u32)));
  const fits = (z, w) => {
    const edge = (1n << BOXES[w]) - bounds[w];
    const squares = z.reduce((sum, x) => sum + x * x, 0n);
    return z.every((x) => x >= -edge && x < edge) && squares <= BigInt(e.N) << (2n * BOXES[w] - 1n);
  };
  for (let attempt = 0; ; attempt++) {
    const head = Buffer.concat([Buffer.from("mednexus/score/query proof/v1\0"), e.id, publicHash, queryHash, use]);
    const stream = e.K(querySeed, "query proof", Buffer.concat([head, u32(attempt)]));
    const masks = repeat(22, (_, r) => BOXES.map((bits, w) => e.box(stream, 3 * r + w, bits)));
    const images = masks.map(([v, noise, f]) => words([
      e.sum(Q, e.multiply(v, key[0], Q), f),
      e.sum(Q, e.multiply(v, key[1], Q), e.times(e.t, noise))]));
    const challenge = sha256(head, ...images.flat());
    const answers = masks.map((mask, r) => {
      let k = 0;
      for (let bit = 0; bit < 6; bit++) k |= ((challenge[(6 * r + bit) >> 3] >> ((6 * r + bit) & 7)) & 1) << bit;
      return mask.map((y, w) => turned(secrets[w], k).map((x, n) => x + y[n]));
    });
    if (!answers.every((answer) => answer.every(fits))) continue;
    const two = (x, bits) => u32(BigInt.asUintN(32, x >> bits));
    const body = answers.flatMap(([v, noise, f]) =>
      [[v, 0n], [noise, 0n], [f, 0n], [f, 32n]].flatMap(([z, shift]) => z.map((x) => two(x, shift))));
    return { challenge, attempt, body: Buffer.concat(body) };
  }
}

// --- the known answers

const named = (text) => sha256("mednexus encrypted score vector: " + text);
const hex = (bytes) => bytes.toString("hex");
const hashed = (bytes) => hex(sha256(bytes));
const entry = (i, j) => ((i * 7 + j * 5 + i * j) % 15) - 7;

function answers() {
  const ring = { N: 64, d: 8, t: 65537 };
  const e = new Engine(ring);
  const session = named("session");
  const parties = [named("party 0"), named("party 1")];
  const dataSeed = named("data");
  const querySeed = named("query");
  const requesterSeed = named("requester");
  const id = named("batch").subarray(0, 16);
  const profile = named("profile");
  const cases = repeat(60, (_, i) => repeat(ring.d, (__, j) => entry(i, j)));
  const asked = repeat(ring.d, (_, j) => entry(100, j));
  const closed = [3, 5, 40];
  const out = { source: "made by tests/foreign/encrypted_score/slow_score.mjs", ring, ring_id: hex(e.id) };

  const release = new Engine({ N: 8192, d: 256, t: 65537 });
  out.release_ring_id = hex(release.id);
  const releaseKey = release.K(session, "common");
  out.release_uniform = PRIMES.map((_, i) => hashed(Buffer.concat(release.uniformRow(releaseKey, 0, i).map(u32))));
  out.uniform = e.uniformRow(e.K(session, "common"), 0, 0).slice(0, 4).map(Number);
  const partyKey = e.K(parties[0], "share", session);
  out.ternary = e.ternary(partyKey, 0).slice(0, 16).map(Number);
  out.noise = e.noise(partyKey, 0).slice(0, 16).map(Number);
  out.smudging = e.smudging(partyKey).slice(0, 2).map(String);

  // Round one, its sums, round two.
  const ones = parties.map((seed) => e.shareOne(seed, session));
  const sharesOne = ones.map((share) => e.object(1, [session], share, PRIMES));
  out.shares_one = sharesOne.map(hashed);
  out.commitment = hashed(Buffer.concat([Buffer.from("mednexus/score/commit/v1\0"), u32(5), Buffer.from("north"), session,
    u32(1), named("nonce"), sharesOne[0]]));
  const sums = ones[0].map((a, i) => e.sum(QP, a, ones[1][i]));
  const relinearisation = sums.slice(1, 7);
  const rotationSums = sums.slice(7);
  const publicRaw = e.object(3, [session], sums.slice(0, 1), PRIMES);
  const relinearisationRaw = e.object(4, [session], relinearisation, PRIMES);
  out.public_key = hashed(publicRaw);
  out.relinearisation = hashed(relinearisationRaw);
  out.rotations = hashed(e.object(5, [session], rotationSums, PRIMES));
  const input = sha256(relinearisationRaw);
  const twos = parties.map((seed) => e.shareTwo(seed, session, relinearisation, input));
  out.shares_two = twos.map((share) => hashed(e.object(2, [session, input], share, PRIMES)));
  const k = [0, 1, 2].map((j) => e.sum(QP, twos[0][j], twos[1][j]));
  const relinearisationKey = [0, 1, 2].map((j) => [k[j], relinearisation[2 * j + 1]]);
  const a = e.common(session);
  const rotationKeys = repeat(e.L, (_, l) => [0, 1, 2].map((j) => [rotationSums[3 * l + j], a(4 + 3 * l + j)]));
  out.evaluation_keys = hashed(e.object(6, [session], [...relinearisationKey.flat(), ...rotationSums], PRIMES));

  // Index.
  const content = Buffer.concat([u32(cases.length), Buffer.from(Int8Array.from(cases.flat()).buffer)]);
  const context = Buffer.concat([id, profile, sha256(content)]);
  const batchKey = e.K(dataSeed, "batch", context);
  const seed = e.K(dataSeed, "batch seed", context);
  const uniformKey = e.K(seed, "batch uniform");
  const dataKey = e.ternary(e.K(dataSeed, "data key"), 0);
  const dataName = createHmac("sha256", dataSeed).update("mednexus/score/v1/data key name").digest();
  out.data_key = hex(dataName);
  const halves = repeat(ring.d, (_, j) => e.uniform(uniformKey, j, 5));
  const sealed = halves.map((half, j) => {
    const slots = repeat(ring.N, (_, i) => (i < cases.length ? cases[i][j] : 0));
    return e.sum(Q, e.times(-1n, e.multiply(half, dataKey, Q)), e.te(batchKey, j), e.encode(slots));
  });
  const partOf = (kind, i, more, polynomials) =>
    e.object(kind, [u32(i), dataName, id, profile, seed, ...more], polynomials, [PRIMES[i]]);
  out.sealed = [0, 1, 2, 3, 4].map((i) => hashed(partOf(7, i, [], sealed)));
  const publicHash = sha256(publicRaw);
  const liftKeyKey = e.K(dataSeed, "lift key", publicHash);
  const liftKey = [0, 1, 2].map((j) => {
    const v = e.ternary(liftKeyKey, j);
    return [
      e.sum(QP, e.multiply(sums[0], v, QP), e.te(liftKeyKey, 2 * j), e.times(e.w(j), dataKey)),
      e.sum(QP, e.multiply(a(0), v, QP), e.te(liftKeyKey, 2 * j + 1))];
  });
  out.lift_key = hashed(e.object(8, [session, dataName], liftKey.flat(), PRIMES));
  const lifted = sealed.map((c, j) => {
    const [y0, y1] = e.keySwitch(halves[j], liftKey);
    return [e.sum(Q, c, y0), y1];
  });
  out.lifted = [0, 1, 2, 3, 4].map((i) => hashed(partOf(9, i, [session], lifted.flat())));

  // Query, sum, finish.
  const q = (n) => PRIMES.slice(0, n);
  const entries = Buffer.from(Int8Array.from(asked).buffer);
  const queryKey = e.K(querySeed, "query", Buffer.concat([publicHash, profile, sha256(entries)]));
  const once = e.ternary(queryKey, 0);
  const shrink = inverse(BigInt(e.expansion), e.t);
  const message = repeat(ring.N, (_, j) => (j < ring.d ? centred(BigInt(asked[j]) * shrink, e.t) : 0n));
  const query = [
    e.sum(Q, e.multiply(sums[0], once, Q), e.te(queryKey, 0), message),
    e.sum(Q, e.multiply(a(0), once, Q), e.te(queryKey, 1))];
  const queryRaw = e.object(10, [session, profile], query, q(5));
  out.query = hashed(queryRaw);
  const phaseOfQuery = e.te(queryKey, 0).map((x, j) => x + message[j]);
  const proof = proveQuery(e, { querySeed, publicHash, queryHash: sha256(queryRaw), use: named("use"), key: [sums[0], a(0)],
    secrets: [once, e.noise(queryKey, 1), phaseOfQuery] });
  out.query_proof = hashed(Buffer.concat([e.object(15, [session, sha256(queryRaw), proof.challenge], [], []), proof.body]));
  const expanded = e.expand(query, rotationKeys);
  const tensor = [[], [], []];
  expanded.forEach(([q0, q1], j) => {
    const [d0, d1] = lifted[j];
    tensor[0].push(e.multiply(q0, d0, Q));
    tensor[1].push(e.multiply(q0, d1, Q), e.multiply(q1, d0, Q));
    tensor[2].push(e.multiply(q1, d1, Q));
  });
  const sum = tensor.map((list) => e.sum(Q, ...list));
  out.sum = hashed(e.object(11, [session, profile, id], sum, q(5)));
  const y = e.keySwitch(sum[2], relinearisationKey);
  const finished = [0, 1].map((i) => e.divide(e.sum(Q, sum[i], y[i]), PRIMES[4], Q4));
  const finishedRaw = e.object(12, [session, profile, id], finished, q(4));
  out.finished = hashed(finishedRaw);

  // Opening: party 0 closes some slots, party 1 none.
  const requesterKey = e.K(requesterSeed, "requester");
  const requesterPublic = e.K(requesterSeed, "requester seed");
  const r1 = e.uniform(e.K(requesterPublic, "requester uniform"), 0, 4);
  const z = e.ternary(requesterKey, 0);
  const r0 = e.sum(Q4, e.times(-1n, e.multiply(r1, z, Q4)), e.te(requesterKey, 0));
  const requesterRaw = e.object(13, [requesterPublic], [r0], q(4));
  out.requester_key = hashed(requesterRaw);
  const shares = parties.map((party, number) => {
    const open = repeat(ring.N, (_, i) => !(number === 0 && closed.includes(i)));
    const bits = Buffer.alloc(ring.N / 8);
    open.forEach((is, i) => { if (is) bits[i >> 3] |= 1 << (i & 7); });
    const key = e.K(party, "opening", Buffer.concat([sha256(finishedRaw), sha256(requesterRaw), sha256(bits)]));
    const s = e.ternary(e.K(party, "share", session), 0);
    const u = e.ternary(key, 0);
    const mask = e.encode(e.mask(key).map((x, i) => (open[i] ? 0n : x)));
    return [
      e.sum(Q4, e.multiply(finished[1], s, Q4), e.multiply(r0, u, Q4), e.times(e.t, e.smudging(key)), mask),
      e.sum(Q4, e.multiply(r1, u, Q4), e.te(key, 0))];
  });
  out.closed = closed;
  out.opening_shares = shares.map((share) =>
    hashed(e.object(14, [session, sha256(finishedRaw), sha256(requesterRaw)], share, q(4))));
  const phase = e.sum(Q4, finished[0], ...shares.map((h) => h[0]), e.multiply(z, e.sum(Q4, ...shares.map((h) => h[1])), Q4));
  const plain = e.values(phase.map((x) => centred(x, Q4)), e.t);
  out.scores = plain.map((x) => Number(centred(x * PRIMES[4], e.t)));

  // What the scores are without any encryption, where slots are open.
  out.scores.forEach((score, i) => {
    const plainScore = i < cases.length ? cases[i].reduce((s, x, j) => s + x * asked[j], 0) : 0;
    if (!closed.includes(i) && score !== plainScore) throw new Error(`slot ${i}: ${score} is not ${plainScore}`);
  });
  const rho = (batch, prime, repetition) =>
    Number(below(new Stream(e.K(named("check"), "linear check"), 1, batch, prime + 8 * repetition), PRIMES[prime]));
  out.rho = [rho(0, 0, 0), rho(7, 3, 1)];
  return out;
}

const text = JSON.stringify(answers(), null, 2) + "\n";
if (process.argv[2] === "--check") {
  if (readFileSync(process.argv[3], "utf8") !== text) {
    process.stderr.write("the known answers are not those of the format\n");
    process.exit(1);
  }
} else {
  process.stdout.write(text);
}
