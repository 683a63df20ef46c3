// The items of MX/1 (chapter 3): their form, what their signatures cover, and whether these are good.

import { createPublicKey, verify } from 'node:crypto';

import { Tagged, decode, encode } from './cbor.mjs';
import * as mldsa44 from './mldsa44.mjs';
import {
  administration, anything, bytes, descriptor, exactly, grade, head, integer, keyed, list, need, node, nothing,
  number, rootRecord, settle, signingKey, statement, stop, suite, tuple,
} from './objects.mjs';

const ED25519 = { number: -19n, name: 'Ed25519', verifies: ed25519Verifies };
const ML_DSA_44 = { number: -48n, name: 'ML-DSA-44', verifies: mldsa44.verifies };
const LARGEST_STATEMENT = 600;
const LARGEST_PAPER = 65536;
const MOST_SIGNATURES = 32; // no object is signed by more than two records of 16 keys, and none twice by one key

const ENVELOPE = 6n;
const CONTEXT = ['suite', 'sender', 'receiver', 'grade', 'epoch', 'descriptor'];
const ofStream = [suite, node, node, grade, number, number];
const ofNodes = [suite, node, node, nothing, nothing, number];
const ofRecord = [nothing, administration, nothing, nothing, nothing, number];
const ofParties = [nothing, administration, administration, nothing, nothing, nothing];
const ofOwner = [nothing, administration, nothing, nothing, nothing, nothing];

// What the payload repeats of the context must be the same in both; a root record and a stop also repeat the number.
const isOwn = ({ said, sender }) => (said.administration ?? said.node.slice(0, 2)) === sender;
const isOwnNumber = (item) => isOwn(item) && item.said.number === item.descriptor;
const isShort = ({ object }) => object.length <= LARGEST_STATEMENT;

const paper = (name, payload, agrees) => ({ name, payload, agrees, context: ofRecord, many: true, most: LARGEST_PAPER });
const TYPES = new Map([
  [1n, paper('root record', rootRecord, isOwnNumber)],
  [2n, paper('descriptor', descriptor, isOwn)],
  [3n, { name: 'statement', payload: statement, agrees: isShort, context: ofStream }],
  [4n, { name: 'head', payload: head, context: ofStream, algorithms: [ED25519, ML_DSA_44] }],
  [5n, { name: 'receipt', payload: head, context: ofStream, algorithms: [ED25519, ML_DSA_44] }],
  [ENVELOPE, { name: 'envelope', context: ofNodes }],
  [7n, { name: 'refusal', context: ofNodes }],
  [8n, { name: 'greeting', context: ofNodes }],
  [9n, { name: 'terms', context: ofParties, many: true }],
  [10n, { name: 'standing order', context: ofOwner, many: true }],
  [11n, paper('stop', stop, isOwnNumber)],
  [12n, paper('settle', settle, isOwn)],
  [13n, { name: 'reopening', context: ofStream }],
]);

const emptyMap = keyed({});
const algorithmOnly = keyed({ 1: ['algorithm', integer(ML_DSA_44.number, ED25519.number)] });
const algorithmAndKey = keyed({ 1: ['algorithm', exactly(ED25519.number)], 4: ['kid', bytes(8)] });

function signatureOf(kind, readProtected, encoded, rest, at) {
  const said = readProtected(decode(encoded), `${at}.protected`);
  const algorithm = (kind.algorithms ?? [ED25519]).find((one) => one.number === said.algorithm);
  need(algorithm, at, 'is signed with an algorithm that is not for it');
  return { algorithm, kid: said.kid, ...rest };
}

function signedOnce(kind, item, at, aad) {
  const [encoded, , payload, signature] = tuple(bytes(), emptyMap, bytes(), bytes())(item, at);
  const covered = () => encode(['Signature1', encoded, aad, payload]);
  return [payload, [signatureOf(kind, algorithmOnly, encoded, { signature, covered }, at)]];
}

function signedByMany(kind, item, at, aad) {
  const one = tuple(bytes(), emptyMap, bytes());
  const [body, , payload, signatures] = tuple(bytes(0), emptyMap, bytes(), list(one, 1, MOST_SIGNATURES))(item, at);
  return [payload, signatures.map(([encoded, , signature]) => {
    const covered = () => encode(['Signature', body, encoded, aad, payload]);
    return signatureOf(kind, algorithmAndKey, encoded, { signature, covered }, at);
  })];
}

/** Read a signed object that is shown as of this type, in this context: its payload, and its signatures unchecked. */
export function readSigned(type, context, object, at) {
  need(TYPES.has(type), at, 'must be of a known type');
  const kind = TYPES.get(type);
  const read = tuple(...kind.context)(context, `${at}.context`);
  const cose = decode(object);
  need(cose instanceof Tagged && cose.tag === (kind.many ? 98n : 18n), at, `must be a COSE_Sign${kind.many ? '' : '1'}`);
  const [payload, signatures] = (kind.many ? signedByMany : signedOnce)(kind, cose.item, at, encode(['mx1', type, ...read]));
  const isPostQuantum = signatures[0].algorithm === ML_DSA_44;
  need(!isPostQuantum || read[0] === 2n, at, 'ML-DSA-44 signs under suite 2 only');
  const named = Object.fromEntries(CONTEXT.map((part, n) => [part, read[n]]));
  return { ...named, name: kind.name, object, payload, signatures, isPostQuantum };
}

const openItem = tuple(anything, anything, bytes());
const sealedItem = tuple(anything, anything, bytes(), bytes());

/** Read an item as far as it can be read without keys. */
export function readItem(value, at) {
  need(Array.isArray(value), at, 'must be an array');
  const [type, context, object, ciphertext] = (value[0] === ENVELOPE ? sealedItem : openItem)(value, at);
  const item = { ...readSigned(type, context, object, at), ciphertext };
  const { payload: readPayload, agrees, most } = TYPES.get(type);
  item.said = readPayload ? readPayload(decode(item.payload), `${at}.payload`) : null;
  need(item.payload.length <= (most ?? Infinity), at, 'its payload is too long');
  need(!agrees || agrees(item), at, 'says otherwise than its context, or is too long');
  return item;
}

function ed25519Verifies(key, message, signature) {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: signingKey(key, 'key').toString('base64url') };
  return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
}

/** `good`, `bad`, or `unchecked` where there is no key, or this Node lacks the algorithm. */
export function check({ algorithm, covered, signature }, key) {
  if (!key) return 'unchecked';
  try {
    return algorithm.verifies(key, covered(), signature) ? 'good' : 'bad';
  } catch {
    return 'unchecked';
  }
}
