// Who holds which key (MX/1, chapter 4): root records, descriptors, stops and settles, as if the roots were confirmed.

import { check, readItem } from './cose.mjs';
import { sha256 } from './log.mjs';
import { isDemonstration, need } from './objects.mjs';

const hex = (value) => Buffer.from(value).toString('hex');

/** The first 8 bytes of the hash of a key, as it is printed. */
export const keyId = (key) => hex(sha256(key).subarray(0, 8));

const LABELS = {
  'root record': ({ said }) => `root record ${said.number} of ${said.administration}`,
  descriptor: ({ said }) => `descriptor ${said.number} of ${said.node}`,
  stop: ({ said }) => `stop of key ${hex(said.key)} by record ${said.number} of ${said.administration}`,
  settle: ({ said }) => `settle of key ${hex(said.key)} by ${said.administration}`,
  statement: ({ said, sender }) => `statement ${said.seq} by agency ${said.agency} of ${sender}`,
  head: ({ said, sender }) => `head of ${said.size} by ${sender}`,
  receipt: ({ said, receiver }) => `receipt of ${said.size} by ${receiver}`,
};
export const label = (item) => LABELS[item.name]?.(item) ?? item.name;

/** Check a signature and write down what it is. */
export function noteSignature(report, item, signature, key) {
  const state = check(signature, key);
  const id = signature.kid ? hex(signature.kid) : key && keyId(key);
  report.signatures.push({ of: label(item), algorithm: signature.algorithm.name, key: id ?? null, state });
  return state;
}

/** Whether so many of these keys have signed, and nobody else, and nobody twice. */
export function isQuorum({ signatures }, keys, threshold) {
  const known = new Map(keys.map((key) => [keyId(key), key]));
  const kids = new Set(signatures.map(({ kid }) => hex(kid)));
  const good = signatures.filter((signature) => check(signature, known.get(hex(signature.kid))) === 'good');
  return kids.size === signatures.length && good.length === signatures.length && kids.size >= threshold;
}

/** A COSE_Sign has no signature by an unknown key, none twice by one, and enough for each of the `records`. */
function checkQuorum(report, item, records) {
  const keys = new Map(records.flatMap(({ said }) => said.keys).map((key) => [keyId(key), key]));
  const kids = item.signatures.map(({ kid }) => hex(kid));
  const states = item.signatures.map((signature, n) => noteSignature(report, item, signature, keys.get(kids[n])));
  need(kids.every((kid) => keys.has(kid)), label(item), 'is signed by a key that is not known');
  need(new Set(kids).size === kids.length, label(item), 'is signed twice by one key');
  for (const { said } of records) {
    const own = [...new Set(said.keys.map(keyId))];
    const good = own.filter((kid) => states[kids.indexOf(kid)] === 'good');
    need(good.length >= said.threshold, label(item), `has too few good signatures for root record ${said.number}`);
  }
}

function checkRootRecord(report, item, papers) {
  const { said } = item;
  const before = papers.get(`root record ${said.number - 1n} of ${said.administration}`);
  if (said.number > 1n && !before) report.faults.push(`${label(item)}: the record before it is lacking`);
  checkQuorum(report, item, before ? [item, before] : [item]);
  if (!before) return;
  need(said.before.equals(sha256(before.payload)), label(item), 'does not follow the record before it');
  need(isDemonstration(said) === isDemonstration(before.said), label(item), 'is no demonstration like the one before it');
}

function checkDescriptor(report, item, papers) {
  const { said } = item;
  checkByRoot(report, item, papers);
  const root = papers.get(`root record ${item.descriptor} of ${item.sender}`).said;
  const next = papers.get(`root record ${item.descriptor + 1n} of ${item.sender}`)?.said;
  const isReplaced = next !== undefined && said.validFrom >= next.validFrom;
  const isInForce = said.validFrom >= root.validFrom && said.validFrom <= root.validTo && !isReplaced;
  need(isInForce, label(item), 'begins when its root record is not in force');
  const before = papers.get(`descriptor ${said.number - 1n} of ${said.node}`);
  need(!before || said.before.equals(sha256(before.payload)), label(item), 'does not follow the descriptor before it');
  const lower = [...papers.values()].filter((other) => other.said.node === said.node && other.said.number < said.number);
  need(lower.every((other) => other.said.validFrom <= said.validFrom), label(item), 'begins before one with a lower number');
}

function checkByRoot(report, item, papers) {
  const root = papers.get(`root record ${item.descriptor} of ${item.sender}`);
  if (!root) report.faults.push(`${label(item)}: its root record is lacking`);
  checkQuorum(report, item, root ? [root] : []);
}

const CHECKS = { 'root record': checkRootRecord, descriptor: checkDescriptor, stop: checkByRoot, settle: checkByRoot };

/** Read and check the papers of a bundle: each by its label. */
export function readPapers(report, values) {
  const papers = new Map();
  values.forEach((value, n) => report.attempt(() => {
    const item = readItem(value, `papers[${n}]`);
    need(item.name in CHECKS, `papers[${n}]`, 'no root record, descriptor, stop or settle');
    need(!papers.has(label(item)), label(item), 'is given twice');
    papers.set(label(item), item);
  }));
  for (const item of papers.values()) report.attempt(() => CHECKS[item.name](report, item, papers));
  return papers;
}

/** The fingerprint of an administration as it is read aloud at the ceremony (4.1): 8 groups of five digits. */
export function digitsOf(fingerprint) {
  return Array.from({ length: 8 }, (_, n) => String(fingerprint.readUInt16BE(12 + 2 * n)).padStart(5, '0')).join(' ');
}

/** Tell on which administrations the claim rests; where the reader has given fingerprints, each must be among them. */
export function nameAdministrations(report, papers, trusted) {
  for (const { name, said, payload } of papers.values()) {
    if (name !== 'root record' || said.number !== 1n) continue;
    const { administration: code, names } = said;
    const [fingerprint, isNeeded] = [sha256(payload), report.restsOn.has(code)];
    const digits = digitsOf(fingerprint);
    const isTrusted = trusted.includes(digits.replaceAll(' ', ''));
    const entry = { code, names, digits, fingerprint, isDemonstration: isDemonstration(said), isNeeded, isTrusted };
    report.administrations.push(entry);
    const isAccepted = !isNeeded || isTrusted || trusted.length === 0;
    report.attempt(() => need(isAccepted, `fingerprint of ${code}`, 'is not one of those given'));
  }
}

// A stop undoes no signature, and what a thief did before it cannot be told apart (4.3): so the reader is told.
const NOTES = {
  stop: (report, { said }) => {
    const signed = report.signatures.filter(({ key }) => key === hex(said.key)).map(({ of }) => of);
    return `${label({ name: 'stop', said })}; it signed ${signed.join(', ') || 'nothing here'}`;
  },
  settle: (report, { said }) => {
    const entry = said.streams.find((one) => report.stream.every((part, n) => part === one[n]));
    const mark = entry ? `up to ${entry[4]}` : 'to the last head that both signed';
    return `${label({ name: 'settle', said })}: vouches ${mark}`;
  },
};

/** Tell of the stops and settles, which change nothing in the verdict. */
export function noteStops(report, papers) {
  for (const item of papers.values()) if (item.name in NOTES) report.notes.push(NOTES[item.name](report, item));
}
