// The objects of MX/1 as readers: each takes a decoded item and where it stands, and gives it back read, or refuses it.

import { Malformed } from './cbor.mjs';
import { sha256 } from './log.mjs';

export const MEBIBYTE = 1n << 20n;
const P = 2n ** 255n - 19n;
const littleEndian = (hex) => BigInt(`0x${Buffer.from(hex, 'hex').reverse().toString('hex')}`);
const SMALL_ORDER = [
  0n, 1n, P - 1n,
  littleEndian('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
  littleEndian('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
];

/** Refuse what stands `at` a place unless the rule holds. */
export function need(holds, at, rule) {
  if (!holds) throw new Malformed(`${at}: ${rule}`);
}

export const anything = (value) => value;

/** A reader that holds what it has read against one more rule. */
export const where = (read, holds, rule) => (value, at) => {
  const readValue = read(value, at);
  need(holds(readValue), at, rule);
  return readValue;
};

export const nothing = where(anything, (value) => value === null, 'must be null');
export const exactly = (wanted) => where(anything, (value) => value === wanted, `must be ${wanted}`);
export const integer = (low, high = 2n ** 63n - 1n) => {
  const isBetween = (value) => typeof value === 'bigint' && value >= low && value <= high;
  return where(anything, isBetween, `must be an integer from ${low} to ${high}`);
};
export const bytes = (length) => {
  const isOfLength = (value) => value instanceof Uint8Array && value.length === (length ?? value.length);
  return where(anything, isOfLength, `must be ${length ?? ''} bytes`);
};
export const text = (form) => {
  const isLike = (value) => typeof value === 'string' && form.test(value);
  return where(anything, isLike, `must be a text like ${form.source}`);
};
export const either = (read) => (value, at) => (value === null ? null : read(value, at));

export const list = (read, least = 0, most = Infinity) => (value, at) => {
  need(Array.isArray(value) && value.length >= least && value.length <= most, at, `must be an array of ${least} to ${most}`);
  return value.map((member, n) => read(member, `${at}[${n}]`));
};

export const tuple = (...readers) => (value, at) => {
  need(Array.isArray(value) && value.length === readers.length, at, `must be an array of ${readers.length}`);
  return readers.map((read, n) => read(value[n], `${at}[${n}]`));
};

/** A map that holds exactly the named keys, as an object with their names. */
export const keyed = (table) => (value, at) => {
  const keys = Object.keys(table);
  need(value instanceof Map && value.size === keys.length, at, `must be a map of ${keys.length} keys`);
  const named = keys.map((key) => {
    const [name, read] = table[key];
    need(value.has(BigInt(key)), at, `lacks key ${key}`);
    return [name, read(value.get(BigInt(key)), `${at}.${name}`)];
  });
  return Object.fromEntries(named);
};

const dictionary = (readKey, readValue, most) => (value, at) => {
  need(value instanceof Map && value.size <= most, at, `must be a map of at most ${most} keys`);
  return new Map([...value].map(([key, member]) => [readKey(key, at), readValue(member, `${at}.${key}`)]));
};

const spelt = (value) => (value instanceof Uint8Array ? value.toString('hex') : String(value));
const differ = (values) => new Set(values.map(spelt)).size === values.length;
export const distinct = (read) => where(read, differ, 'has a member twice');
const ascend = (values) => values.every((value, n) => n === 0 || values[n - 1] < value);
export const ascending = (read) => where(read, ascend, 'must ascend');

/** The padded length of chapter 6.3. */
export function bucket(length) {
  if (length <= 1024n) return length === 0n ? 64n : ((length + 63n) / 64n) * 64n;
  const exponent = BigInt(length.toString(2).length - 1);
  const step = 2n ** (exponent - BigInt(exponent.toString(2).length));
  return ((length + step - 1n) / step) * step;
}

const yOf = (key) => (littleEndian(key.toString('hex')) & (2n ** 255n - 1n)) % P;

/** An Ed25519 key; those of small order verify anything, and Node takes them. */
export const signingKey = where(bytes(32), (key) => !SMALL_ORDER.includes(yOf(key)), 'is an Ed25519 key of small order');

export const administration = text(/^[a-z]{2}$/);
export const node = text(/^[a-z]{2}\.[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?$/);
export const grade = integer(0n, 3n); // the class of a stream
export const number = integer(1n); // of records, descriptors, epochs and statements: all count from 1
export const suite = integer(1n, 255n);
export const stream = tuple(node, node, grade, number);
export const count = integer(0n);
export const instant = count;
export const hash = bytes(32);
const keyId = bytes(8);
const word = text(/^[a-z][a-z0-9._-]{0,31}$/); // agency codes, purposes and names of terms
// Nothing that steers a terminal or turns the direction of writing.
const name = text(/^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,200}$/u);
const names = tuple(name, name, name);
const openSealingKey = tuple(instant, instant, bytes(32), either(bytes(1216)));
const sealingKey = where(openSealingKey, ([from, to]) => from < to, 'must begin before it ends');
const sealingKeys = where(list(sealingKey, 1, 32), (keys) => ascend(keys.map(([from]) => from)), 'must ascend');

// Records and descriptors: a time to hold, and a chain that begins with number 1.
const holds = ({ validFrom, validTo }) => validFrom < validTo;
const isChained = ({ number: own, before }) => (own === 1n) === (before === null);
const timed = (read) => where(read, holds, 'must begin before it ends');
const chained = (read) => where(timed(read), isChained, 'number 1 alone follows nothing');

export const isDemonstration = (said) => said.names.every((one) => one.includes('DEMO'));

const openRecord = keyed({
  1: ['administration', administration], 2: ['number', number], 3: ['names', names],
  4: ['keys', distinct(list(signingKey, 1, 16))], 5: ['threshold', number],
  6: ['validFrom', instant], 7: ['validTo', instant], 8: ['before', either(hash)],
});
const isQuorate = (said) => said.threshold <= said.keys.length && (said.threshold >= 2n || isDemonstration(said));
export const rootRecord = chained(where(openRecord, isQuorate, 'its threshold is not one that a record may have'));

const openDescriptor = keyed({
  1: ['node', node], 2: ['number', number], 3: ['names', names],
  4: ['urls', list(text(/^(?:https:\/\/[!-~]{0,191}[!-.0-~]|http:\/\/(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?)$/), 0, 8)],
  5: ['suites', ascending(list(suite, 1))], 6: ['nodeKey', signingKey],
  7: ['agencies', dictionary(integer(0n, 65535n), tuple(word, signingKey), 64)],
  8: ['sealing', sealingKeys], 9: ['pins', distinct(list(hash, 0, 16))],
  10: ['zone', text(/^[A-Za-z0-9_+/-]{1,64}$/)], 11: ['validFrom', instant], 12: ['validTo', instant],
  13: ['largest', integer(1024n, 16n * MEBIBYTE)], 14: ['classes', ascending(list(grade, 1))],
  15: ['before', either(hash)], 16: ['pqKey', either(bytes(1312))], 17: ['contact', name],
});
const codesOf = ({ agencies }) => [...agencies.values()].map(([code]) => code);
const keysOf = ({ nodeKey, agencies }) => [nodeKey, ...[...agencies.values()].map(([, key]) => key)];
const isOneEach = (said) => said.agencies.get(0n)?.[0] === 'node' && differ(codesOf(said)) && differ(keysOf(said));
export const descriptor = chained(where(openDescriptor, isOneEach, 'lacks agency 0, or has a key or code twice'));

const CONTROL = /^exchange\.(?:answer|acted|terms|suspension|erase|erased|drill)\//;
const kind = text(/^[a-z][a-z0-9-]{0,31}\.[a-z][a-z0-9-]{0,31}\/(?:0|[1-9]\d{0,3})\.(?:0|[1-9]\d{0,3})$/);
const size = where(integer(64n, MEBIBYTE), (length) => bucket(length) === length, 'must be a bucket');
const openStatement = keyed({
  1: ['seq', number], 2: ['id', bytes(16)], 3: ['kind', kind], 4: ['digest', hash], 5: ['size', size],
  6: ['purpose', either(word)], 7: ['terms', either(word)], 8: ['issued', instant], 9: ['expires', either(instant)],
  10: ['handling', grade], 11: ['agency', count], 12: ['addressees', list(word, 1)],
});
const isUnderTerms = (said) => said.terms === null || !CONTROL.test(said.kind);
export const statement = where(openStatement, isUnderTerms, 'a control kind has no terms');

const EMPTY_LOG = sha256();
const openHead = keyed({ 1: ['size', count], 2: ['root', hash] });
const isOfItsSize = ({ size: leaves, root }) => leaves > 0n || root.equals(EMPTY_LOG);
export const head = where(openHead, isOfItsSize, 'has another root than that of nothing');

export const stop = keyed({ 1: ['administration', administration], 2: ['key', keyId], 3: ['number', number] });

const openSettle = keyed({
  1: ['administration', administration], 2: ['key', keyId], 3: ['streams', list(tuple(node, node, grade, number, count))],
});
const settlesOwn = (said) => said.streams.every(([sender]) => sender.startsWith(`${said.administration}.`));
const settlesOnce = (said) => differ(said.streams.map((one) => one.slice(0, 4)));
export const settle = where(where(openSettle, settlesOwn, 'names a foreign stream'), settlesOnce, 'names a stream twice');
