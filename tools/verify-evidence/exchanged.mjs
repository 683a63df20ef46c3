// What nodes tell each other and no evidence holds: read here only to run the vectors.

import { decode } from './cbor.mjs';
import { check, readItem, readSigned } from './cose.mjs';
import { sha256 } from './log.mjs';
import {
  MEBIBYTE, anything, bucket, bytes, count, either, exactly, grade, hash, head, instant, integer, keyed, list, need, node,
  number, statement, suite, text, tuple, where,
} from './objects.mjs';

const numberOrText = (value, at) => (typeof value === 'bigint' ? value : text(/^[^]{0,200}$/u)(value, at));
const fact = tuple(text(/^[a-z][a-z0-9_]{0,31}$/), numberOrText);
const inOrder = (compare) => (values) => values.every((value, n) => n === 0 || compare(values[n - 1], value) < 0);
const byParts = (one, other) => {
  const n = one.findIndex((part, at) => part !== other[at]);
  return n < 0 ? 0 : Number(one[n] > other[n]) - Number(one[n] < other[n]);
};

const header = keyed({
  1: ['version', exactly(1n)], 2: ['suite', suite], 3: ['sender', node], 4: ['receiver', node], 5: ['descriptor', number],
  6: ['receiverDescriptor', number], 7: ['sealingKey', count], 8: ['most', count], 9: ['sentAt', instant],
  10: ['digest', hash],
});
const refusal = keyed({
  1: ['code', text(/^[a-z][a-z-]{0,23}(?:\.[a-z][a-z0-9-]{0,39})?$/)],
  2: ['facts', where(list(fact, 0, 8), inOrder(([one], [other]) => byParts([one], [other])), 'must ascend')],
  3: ['refused', either(hash)], 4: ['seconds', either(count)], 5: ['at', instant],
});
const wanted = where(tuple(grade, number, number, number), ([, , from, to]) => from <= to, 'must end after it begins');
const byStream = (one, other) => byParts(one.slice(0, 2), other.slice(0, 2));
const stored = where(list(tuple(grade, number, count)), inOrder(byStream), 'must ascend');
const greeting = keyed({
  1: ['at', instant], 2: ['heard', either(instant)], 3: ['stored', stored],
  4: ['wants', where(list(wanted), inOrder(byParts), 'must ascend')], 5: ['patience', count],
});
const openReopening = keyed({ 1: ['closed', number], 2: ['size', count], 3: ['root', hash], 4: ['epoch', number] });
const reopening = where(openReopening, ({ closed, epoch }) => epoch === closed + 1n, 'must open the next epoch');
const OBJECTS = { envelope: header, refusal, greeting, reopening };

/** Whether an item with one signature is of its form and signed by the key. */
export function isGoodItem(encoded, key) {
  const item = readItem(decode(encoded), 'item');
  const said = item.said ?? OBJECTS[item.name](decode(item.payload), item.name);
  need(item.name !== 'reopening' || said.epoch === item.epoch, 'reopening', 'is of another epoch than its context');
  return check(item.signatures[0], key) === 'good';
}

/** Whether an envelope passes all that comes before it is opened (6.5, rules 1, 3 and 4). */
export function isGoodEnvelope(encoded, { receiver, senderKey, largest }) {
  const item = readItem(decode(encoded), 'envelope');
  const said = header(decode(item.payload), 'header');
  const repeated = ['suite', 'sender', 'receiver', 'descriptor'];
  need(repeated.every((key) => said[key] === item[key]), 'header', 'is not of its context');
  need(said.receiver === receiver, 'header', 'is for another node');
  need(said.most <= 8n * MEBIBYTE && item.ciphertext.length <= largest, 'envelope', 'is too large');
  return check(item.signatures[0], senderKey) === 'good' && sha256(item.ciphertext).equals(said.digest);
}

const MOST_BODY = 8 * 2 ** 20;
const saidBy = tuple(suite, number, bytes());
const truth = where(anything, (value) => typeof value === 'boolean', 'must be true or false');
const plainBatch = {
  1: ['grade', grade], 2: ['epoch', number], 3: ['returned', truth],
  4: ['statements', list(saidBy, 0, 500)], 5: ['salts', bytes()], 6: ['head', bytes()],
  8: ['payloads', list(either(bytes()), 0, 500)],
};
const pqBatch = { ...plainBatch, 7: ['pqHead', bytes()] };
const readBatch = (value, at) => keyed(value instanceof Map && value.has(7n) ? pqBatch : plainBatch)(value, at);

/** Puts each payload that is there together with its salt; null stands for one that is withheld. */
function bodiesOf({ salts, payloads }) {
  let at = 0;
  const bodies = payloads.map((payload) => payload && [salts.subarray(at, at += 16), payload]);
  need(at === salts.length, 'batch', 'has other salts than payloads');
  return bodies;
}

function seqOfGood(said, contents, agencyKeys) {
  const { name: what, payload, signatures, object } = said;
  const read = statement(decode(payload), what);
  need(object.length <= 600, what, 'is too long');
  const key = agencyKeys.get(read.agency);
  need(key && check(signatures[0], key) === 'good', what, 'is not signed by its agency');
  if (contents === null) return read.seq; // withheld
  need(sha256(...contents).equals(read.digest), what, 'has another payload');
  need(bucket(BigInt(contents[1].length)) === read.size, what, 'has another size');
  return read.seq;
}

/** Whether the body of an envelope is a batch of its stream, signed by its agencies and its head (6.5, rules 5 and 7). */
export function isGoodBatch(encoded, { sender, receiver, suite: ofHead, descriptor, agencyKeys, nodeKey, pqKey }) {
  need(encoded.length <= MOST_BODY, 'batch', 'is too large');
  const batch = readBatch(decode(encoded), 'batch');
  need(batch.statements.length === batch.payloads.length, 'batch', 'has other payloads than statements');
  const bodies = bodiesOf(batch);
  const context = (ofSuite, record) => [ofSuite, sender, receiver, batch.grade, batch.epoch, record];
  const seqs = batch.statements.map(([ofSuite, record, object], n) => {
    const said = readSigned(3n, context(ofSuite, record), object, `statement ${n}`);
    return seqOfGood(said, bodies[n], agencyKeys);
  });
  need(seqs.every((seq, n) => n === 0 || seq === seqs[n - 1] + 1n), 'batch', 'has its statements out of order');
  const type = batch.returned ? 5n : 4n;
  const plain = readSigned(type, context(ofHead, descriptor), batch.head, 'head');
  head(decode(plain.payload), 'head');
  need(!plain.isPostQuantum, 'head', 'is signed with ML-DSA-44');
  if (!batch.pqHead) return check(plain.signatures[0], nodeKey) === 'good';
  const pq = readSigned(type, context(ofHead, descriptor), batch.pqHead, 'PQ head');
  need(pq.isPostQuantum && pq.payload.equals(plain.payload), 'PQ head', 'is not of the same head');
  return check(plain.signatures[0], nodeKey) === 'good' && check(pq.signatures[0], pqKey) === 'good';
}
