// node tools/verify-evidence/vectors.mjs tests/vectors      runs the vectors of MX/1; ends with 1 when one is missed

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { examine, examinePapers } from './bundle.mjs';
import { Malformed, Tagged, decode, decodeSequence } from './cbor.mjs';
import { check, readSigned } from './cose.mjs';
import { isGoodBatch, isGoodEnvelope, isGoodItem } from './exchanged.mjs';
import { grown, leafHash, rootByPath, rootOfFrontier, sha256, subtrees } from './log.mjs';
import { bucket, signingKey } from './objects.mjs';
import { digitsOf, isQuorum } from './papers.mjs';

const bytes = (hex) => Buffer.from(hex, 'hex');
const all = (values) => values.map(bytes);
const big = (value) => (typeof value === 'number' ? BigInt(value) : value);

/** The diagnostic notation of RFC 8949, chapter 8. */
function diagnostic(item) {
  if (item instanceof Uint8Array) return `h'${item.toString('hex')}'`;
  if (Array.isArray(item)) return `[${item.map(diagnostic).join(', ')}]`;
  if (item instanceof Map) return `{${[...item].map(([key, value]) => `${key}: ${diagnostic(value)}`).join(', ')}}`;
  if (item instanceof Tagged) return `${item.tag}(${diagnostic(item.item)})`;
  return typeof item === 'string' ? JSON.stringify(item) : String(item);
}

// A vector that is to be refused has nothing to compare with; that it was read at all is then the miss.
const isSame = (items, wanted) => wanted === undefined || isDeepStrictEqual(items.map(diagnostic), wanted);

function isSequence({ bytes: sequence, items }) {
  return isSame(decodeSequence(bytes(sequence)), items?.map((item) => diagnostic(decode(bytes(item)))));
}

function isGoodSignature({ object, as, context, key, keys, threshold }) {
  const signed = readSigned(big(as), context.map(big), bytes(object), 'object');
  return key ? check(signed.signatures[0], bytes(key)) === 'good' : isQuorum(signed, all(keys), BigInt(threshold));
}

function isRoot({ entries, root, frontier }) {
  let [size, log] = [0n, []];
  for (const entry of all(entries)) {
    log = grown(log, size, leafHash(entry));
    size += 1n;
  }
  return rootOfFrontier(log).equals(bytes(root)) && Buffer.concat(log).equals(Buffer.concat(all(frontier)));
}

function isGrowth({ size, frontier, root, entries, later_root: later }) {
  let [leaves, log] = [BigInt(size), all(frontier)];
  if (log.length !== subtrees(leaves) || !rootOfFrontier(log).equals(bytes(root))) return false;
  for (const entry of all(entries)) {
    log = grown(log, leaves, leafHash(entry));
    leaves += 1n;
  }
  return rootOfFrontier(log).equals(bytes(later));
}

function isInclusion({ entry, seq, size, root, path }) {
  return rootByPath(leafHash(bytes(entry)), BigInt(seq) - 1n, BigInt(size), all(path))?.equals(bytes(root)) ?? false;
}

function isBatch({ body, agency_keys: keys, node_key: nodeKey, pq_key: pqKey, suite, descriptor, ...stream }) {
  const agencyKeys = new Map(Object.entries(keys).map(([number, key]) => [BigInt(number), bytes(key)]));
  const signers = { agencyKeys, nodeKey: bytes(nodeKey), pqKey: pqKey && bytes(pqKey) };
  return isGoodBatch(bytes(body), { ...stream, suite: big(suite), descriptor: big(descriptor), ...signers });
}

function isEnvelope({ item, node, sender_key: senderKey, largest }) {
  return isGoodEnvelope(bytes(item), { receiver: node, senderKey: bytes(senderKey), largest });
}

function isEvidence({ bundle, claim, guilty, fingerprints }) {
  const report = examine(bytes(bundle));
  if (report.verdict !== 'valid' || fingerprints === undefined) return report.verdict === 'valid';
  const needed = report.administrations.filter(({ isNeeded }) => isNeeded);
  const told = Object.fromEntries(needed.map(({ code, fingerprint }) => [code, fingerprint.toString('hex')]));
  return isDeepStrictEqual([Number(report.claim), report.guilty ?? '', told], [claim, guilty, fingerprints]);
}

const WORDS = new URL('../../src/mabar/exchange/data/words-ar.txt', import.meta.url);

function isFingerprint({ payload, words, digits }) {
  const fingerprint = sha256(bytes(payload));
  const list = readFileSync(WORDS, 'utf8').split('\n');
  const said = [...fingerprint.subarray(0, 12)].map((byte) => list[byte]);
  return isDeepStrictEqual([said, digitsOf(fingerprint)], [words, digits]);
}

// Whether each type of vector is good; what throws Malformed is not.
const CHECKS = {
  cbor: (one) => isSame([decode(bytes(one.bytes))], one.diagnostic && [one.diagnostic]),
  'cbor-sequence': isSequence,
  signature: isGoodSignature,
  key: (one) => Boolean(signingKey(bytes(one.key), 'key')),
  item: (one) => isGoodItem(bytes(one.item), bytes(one.key)),
  root: isRoot,
  inclusion: isInclusion,
  growth: isGrowth,
  bucket: (one) => bucket(BigInt(one.length)) === BigInt(one.bucket),
  batch: isBatch,
  envelope: isEnvelope,
  evidence: isEvidence,
  trust: ({ items }) => examinePapers(items.map((item) => decode(bytes(item)))) === 'valid',
  fingerprint: isFingerprint,
};
// What needs HPKE and zstd, which Node 20 does not bring: such an envelope must pass here, and is not opened.
const SEALED = ['', 'envelope.not-opened', 'envelope.body'];

function isGood(one) {
  try {
    return CHECKS[one.type](one);
  } catch (no) {
    if (no instanceof Malformed) return false;
    throw no;
  }
}

function outcome(one) {
  if (!(one.type in CHECKS)) return 'not checked';
  if (one.type === 'envelope' && SEALED.includes(one.code)) return isGood(one) ? 'pass, not opened' : 'FAIL';
  return isGood(one) === one.good ? 'pass' : 'FAIL';
}

const folder = process.argv[2];
const counts = new Map();
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
  const { group, vectors } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  for (const one of vectors) {
    const result = outcome(one);
    counts.set(result, (counts.get(result) ?? 0) + 1);
    console.log(`${result.padEnd(16)}  ${group} ${one.name}: ${one.what}`);
  }
}
console.log([...counts].map(([result, count]) => `${result}: ${count}`).join(', ') || 'no vectors here');
process.exitCode = counts.has('FAIL') || counts.size === 0 ? 1 : 0;
