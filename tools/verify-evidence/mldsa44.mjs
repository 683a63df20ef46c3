// Verification of ML-DSA-44 signatures after FIPS 204, with an empty context string.  The names are those of the standard.
// Products of two residues stay below 2^46, so that plain numbers are exact.

import { createHash } from 'node:crypto';

const Q = 8380417;
const N = 256;
const D = 13;
const K = 4; // rows of the matrix
const L = 4; // columns of the matrix
const TAU = 39;
const GAMMA1 = 2 ** 17;
const GAMMA2 = (Q - 1) / 88;
const BETA = 78;
const OMEGA = 80;
const CHALLENGE_BYTES = 32;
const Z_BYTES = 32 * 18; // 256 coefficients of 18 bits
const T1_BYTES = 32 * 10;
const W1_BITS = 6;

export const KEY_BYTES = 32 + K * T1_BYTES;
export const SIGNATURE_BYTES = CHALLENGE_BYTES + L * Z_BYTES + OMEGA + K;

const modulo = (value) => ((value % Q) + Q) % Q;
const each = (count, make) => Array.from({ length: count }, (_, n) => make(n));

function shake(bits, length, ...parts) {
  const hash = createHash(`shake${bits}`, { outputLength: length });
  for (const part of parts) hash.update(part);
  return hash.digest();
}

// Node squeezes a SHAKE once only; when the rejection sampling below needs more, it starts again with twice the output.
function squeezed(bits, length, seed, sample) {
  return sample(shake(bits, length, seed)) ?? squeezed(bits, 2 * length, seed, sample);
}

/** Algorithm 43: the lowest eight bits, the other way round. */
function bitRev8(value) {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit += 1) reversed |= ((value >> bit) & 1) << (7 - bit);
  return reversed;
}

const powers = [1];
for (let exponent = 1; exponent < N; exponent += 1) powers.push((powers[exponent - 1] * 1753) % Q);
const ZETAS = each(N, (n) => powers[bitRev8(n)]);

/** Algorithm 41. */
function ntt(polynomial) {
  const w = Array.from(polynomial, modulo);
  let m = 0;
  for (let length = 128; length >= 1; length /= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      m += 1;
      for (let j = start; j < start + length; j += 1) {
        const t = (ZETAS[m] * w[j + length]) % Q;
        w[j + length] = (w[j] - t + Q) % Q;
        w[j] = (w[j] + t) % Q;
      }
    }
  }
  return w;
}

/** Algorithm 42. */
function inverseNtt(transformed) {
  const w = Array.from(transformed);
  let m = N;
  for (let length = 1; length < N; length *= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      m -= 1;
      for (let j = start; j < start + length; j += 1) {
        const t = w[j];
        w[j] = (t + w[j + length]) % Q;
        w[j + length] = ((Q - ZETAS[m]) * ((t - w[j + length] + Q) % Q)) % Q;
      }
    }
  }
  return w.map((value) => (value * 8347681) % Q);
}

/** Algorithm 18 without its subtraction: 256 numbers of `width` bits, the lowest bit first. */
function unpacked(bytes, width) {
  let [held, bits, at] = [0, 0, 0];
  return each(N, () => {
    for (; bits < width; bits += 8, at += 1) held += bytes[at] * 2 ** bits;
    const value = held % 2 ** width;
    held = (held - value) / 2 ** width;
    bits -= width;
    return value;
  });
}

/** Algorithm 16. */
function simpleBitPack(polynomial, width) {
  const packed = Buffer.alloc((N * width) / 8);
  polynomial.forEach((value, n) => {
    for (let bit = 0; bit < width; bit += 1) {
      const place = n * width + bit;
      packed[place >> 3] |= ((value >> bit) & 1) << (place & 7);
    }
  });
  return packed;
}

/** Algorithm 30 with 14: one polynomial of the matrix, by rejection. */
function rejNttPoly(seed) {
  return squeezed(128, 3 * 300, seed, (stream) => {
    const polynomial = [];
    for (let at = 0; at + 3 <= stream.length && polynomial.length < N; at += 3) {
      const value = ((stream[at + 2] & 127) << 16) | (stream[at + 1] << 8) | stream[at];
      if (value < Q) polynomial.push(value);
    }
    return polynomial.length === N ? polynomial : null;
  });
}

/** Algorithm 32. */
const expandA = (rho) => each(K, (row) => each(L, (column) => rejNttPoly(Buffer.concat([rho, Buffer.of(column, row)]))));

/** Algorithm 29: 39 coefficients of plus or minus one. */
function sampleInBall(seed) {
  return squeezed(256, 8 + 4 * TAU, seed, (stream) => {
    const c = new Array(N).fill(0);
    let at = 8;
    for (let i = N - TAU; i < N; i += 1) {
      while (at < stream.length && stream[at] > i) at += 1;
      if (at === stream.length) return null;
      const sign = i + TAU - N;
      c[i] = c[stream[at]];
      c[stream[at]] = (stream[sign >> 3] >> (sign & 7)) & 1 ? -1 : 1;
      at += 1;
    }
    return c;
  });
}

/** Algorithm 21: the hint as rows of zeros and ones, or null; each hint has one encoding only. */
function hintBitUnpack(y) {
  const hint = each(K, () => new Array(N).fill(0));
  let index = 0;
  for (let row = 0; row < K; row += 1) {
    const end = y[OMEGA + row];
    if (end < index || end > OMEGA) return null;
    for (const first = index; index < end; index += 1) {
      if (index > first && y[index - 1] >= y[index]) return null;
      hint[row][y[index]] = 1;
    }
  }
  return y.subarray(index, OMEGA).every((byte) => byte === 0) ? hint : null;
}

/** Algorithm 36. */
function decompose(r) {
  let low = r % (2 * GAMMA2);
  if (low > GAMMA2) low -= 2 * GAMMA2;
  return r - low === Q - 1 ? [0, low - 1] : [(r - low) / (2 * GAMMA2), low];
}

/** Algorithm 40. */
function useHint(hint, r) {
  const m = (Q - 1) / (2 * GAMMA2);
  const [high, low] = decompose(r);
  if (hint === 0) return high;
  return low > 0 ? (high + 1) % m : (high - 1 + m) % m;
}

/** Algorithm 27: challenge, response and hint. */
function sigDecode(signature) {
  const z = each(L, (n) => {
    const from = CHALLENGE_BYTES + n * Z_BYTES;
    return unpacked(signature.subarray(from, from + Z_BYTES), 18).map((value) => GAMMA1 - value);
  });
  const hint = hintBitUnpack(signature.subarray(CHALLENGE_BYTES + L * Z_BYTES));
  return { challenge: signature.subarray(0, CHALLENGE_BYTES), z, hint };
}

/** Algorithm 23: the seed of the matrix, and t1. */
function pkDecode(key) {
  const t1 = each(K, (n) => unpacked(key.subarray(32 + n * T1_BYTES, 32 + (n + 1) * T1_BYTES), 10));
  return { rho: key.subarray(0, 32), t1 };
}

// One row of A·z − c·t1·2^d.
function approximateRow(row, zHat, cHat, t1) {
  const t1Hat = ntt(t1.map((value) => value * 2 ** D));
  const sums = each(N, (n) => {
    const product = row.reduce((sum, polynomial, column) => sum + ((polynomial[n] * zHat[column][n]) % Q), 0);
    return modulo(product - ((cHat[n] * t1Hat[n]) % Q));
  });
  return inverseNtt(sums);
}

/** Algorithms 3 and 8: whether `signature` is one by `key` over `message`.  Throws only where this Node has no SHAKE. */
export function verifies(key, message, signature) {
  if (key.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const { challenge, z, hint } = sigDecode(signature);
  if (hint === null || z.flat().some((value) => Math.abs(value) >= GAMMA1 - BETA)) return false;
  const { rho, t1 } = pkDecode(key);
  const noContext = Buffer.of(0, 0);
  const mu = shake(256, 64, shake(256, 64, key), noContext, message);
  const [zHat, cHat, matrix] = [z.map(ntt), ntt(sampleInBall(challenge)), expandA(rho)];
  const w1 = each(K, (n) => approximateRow(matrix[n], zHat, cHat, t1[n]).map((value, at) => useHint(hint[n][at], value)));
  const packed = w1.map((polynomial) => simpleBitPack(polynomial, W1_BITS));
  return shake(256, CHALLENGE_BYTES, mu, ...packed).equals(challenge);
}
