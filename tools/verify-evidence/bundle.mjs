// An evidence bundle (MX/1, 9.2): what it claims, who signed, and whether the claim follows.  Needs nothing but its bytes.

import { Malformed, decode } from './cbor.mjs';
import { readItem } from './cose.mjs';
import { grown, leafHash, rootByPath, rootOfFrontier, sha256, subtrees } from './log.mjs';
import { anything, bucket, bytes, either, exactly, integer, keyed, list, need, node, stream } from './objects.mjs';
import { label, nameAdministrations, noteSignature, noteStops, readPapers } from './papers.mjs';

const LARGEST = 16 * 2 ** 20;
const MOST_FAULTS = 100; // after so many nothing more is tried
const NEWEST_SUITE = 2n;
const BUNDLE = keyed({
  1: ['mark', exactly('mx1 evidence')], 2: ['claim', integer(1n, 5n)], 3: ['stream', stream], 4: ['guilty', either(node)],
  5: ['papers', list(anything)], 6: ['items', list(anything, 1)], 7: ['details', anything],
});
const MESSAGE_DETAILS = keyed({
  1: ['path', list(bytes(32))], 2: ['salt', either(bytes(16))], 3: ['payload', either(bytes())],
});
const BROKEN_HEAD_DETAILS = keyed({ 1: ['frontier', list(bytes(32))] });
const NO_DETAILS = keyed({});

// The items of a claim, one letter each: statement, head, receipt; P and Q are a head and a receipt signed with ML-DSA-44.
const LETTERS = { statement: ['S'], head: ['H', 'P'], receipt: ['R', 'Q'] };
const letter = (item) => LETTERS[item?.name]?.[Number(item.isPostQuantum)] ?? '?';
const SENDER = 0;
const RECEIVER = 1;
const CLAIMS = new Map([
  [1n, { name: 'message', guilty: null, items: /^SHR?P?Q?$/, details: MESSAGE_DETAILS, follows: isInTheLog }],
  [2n, { name: 'two heads', guilty: SENDER, items: /^[HP]{2}$/, details: NO_DETAILS, follows: rootsDiffer }],
  [3n, { name: 'reused sequence', guilty: SENDER, items: /^SS$/, details: NO_DETAILS, follows: statementsDiffer }],
  [4n, { name: 'broken head', guilty: SENDER, items: /^[HP]?S+[HP]$/, details: BROKEN_HEAD_DETAILS, follows: logDiffers }],
  [5n, { name: 'two receipts', guilty: RECEIVER, items: /^[RQ]{2}$/, details: NO_DETAILS, follows: rootsDiffer }],
]);

function isInTheLog([{ object, said }, ...heads], { path, salt, payload }) {
  const [{ payload: signed, said: head }] = heads;
  need(heads.every((other) => other.payload.equals(signed)), 'claim', 'the heads and receipts are not of one log');
  const root = rootByPath(leafHash(object), said.seq - 1n, head.size, path);
  need(root?.equals(head.root), 'claim', 'the inclusion path does not lead from the statement to the head');
  need((salt === null) === (payload === null), 'claim', 'salt and payload belong together');
  if (payload === null) return;
  need(sha256(salt, payload).equals(said.digest), 'claim', 'the payload is not that of the digest');
  need(bucket(BigInt(payload.length)) === said.size, 'claim', 'the payload is not of the stated size');
}

function rootsDiffer([one, other]) {
  need(one.said.size === other.said.size, 'claim', 'the sizes differ, so that both may be true');
  need(!one.said.root.equals(other.said.root), 'claim', 'both say the same');
}

function statementsDiffer([one, other]) {
  need(one.said.seq === other.said.seq, 'claim', 'the numbers differ');
  need(!one.object.equals(other.object), 'claim', 'both are the same statement');
}

function logDiffers(items, { frontier }) {
  const [first, later] = [items[0], items.at(-1)];
  const earlier = first.name === 'head' ? first.said : { size: 0n, root: sha256() };
  need(first.name !== 'head' || earlier.size > 0n, 'claim', 'an earlier head of size 0 is to be left out');
  need(frontier.length === subtrees(earlier.size), 'claim', 'the frontier has the wrong number of hashes');
  need(rootOfFrontier(frontier).equals(earlier.root), 'claim', 'the frontier is not that of the earlier head');
  let [size, log] = [earlier.size, frontier];
  for (const { said, object } of items.filter(({ name }) => name === 'statement')) {
    need(said.seq === size + 1n, 'claim', `statement ${size + 1n} is lacking or out of place`);
    log = grown(log, size, leafHash(object));
    size += 1n;
  }
  need(later.said.size === size, 'claim', 'the later head is not of the size that the statements give');
  need(!rootOfFrontier(log).equals(later.said.root), 'claim', 'the statements do give the later head');
}

function checkSigned(report, item, papers) {
  const signer = item.name === 'receipt' ? item.receiver : item.sender;
  report.restsOn.add(signer.slice(0, 2));
  const known = papers.get(`descriptor ${item.descriptor} of ${signer}`)?.said;
  const nodeKey = item.isPostQuantum ? known?.pqKey : known?.nodeKey;
  const key = item.name === 'statement' ? known?.agencies.get(item.said.agency)?.[1] : nodeKey;
  noteSignature(report, item, item.signatures[0], key);
  need(known, label(item), `descriptor ${item.descriptor} of ${signer} is lacking`);
  need(key, label(item), 'its descriptor names no such key');
  need(item.suite <= NEWEST_SUITE, label(item), 'is of a suite that this verifier does not know');
  need(known.suites.includes(item.suite), label(item), 'is of a suite that its descriptor does not name');
  const own = [item.sender, item.receiver, item.grade, item.epoch];
  need(own.every((part, n) => part === report.stream[n]), label(item), 'is of another stream');
}

function judge(report, given, trusted) {
  need(given.length <= LARGEST, 'bundle', 'is above 16 MiB');
  const bundle = BUNDLE(decode(given), 'bundle');
  const { name, guilty, items: order, details, follows } = CLAIMS.get(bundle.claim);
  Object.assign(report, { claim: bundle.claim, claimName: name, stream: bundle.stream, guilty: bundle.guilty });
  const papers = readPapers(report, bundle.papers);
  const items = bundle.items.map((value, n) => report.attempt(() => readItem(value, `items[${n}]`)));
  for (const item of items) if (item?.name in LETTERS) report.attempt(() => checkSigned(report, item, papers));
  report.said = items.filter(Boolean).map(({ name: what, said }) => ({ name: what, ...said }));
  report.details = report.attempt(() => details(bundle.details, 'details'));
  nameAdministrations(report, papers, trusted);
  noteStops(report, papers);
  need(order.test(items.map(letter).join('')), 'claim', 'other objects, or in another order, than it needs');
  need(bundle.guilty === (bundle.stream[guilty] ?? null), 'guilty', 'another than this claim makes it');
  if (report.faults.length === 0) follows(items, report.details);
}

function verdictOf({ faults, signatures }) {
  const has = (wanted) => signatures.some(({ state }) => state === wanted);
  if (faults.length > 0 || has('bad') || signatures.length === 0) return 'not valid';
  return has('unchecked') ? 'valid but for what is unchecked' : 'valid';
}

function emptyReport() {
  const report = { faults: [], signatures: [], administrations: [], notes: [], said: [], restsOn: new Set() };
  // One faulty object must not hide what is to be said of the others, and nothing a stranger wrote may end the program.
  const attempt = (act) => {
    if (report.faults.length >= MOST_FAULTS) return null;
    try {
      return act();
    } catch (no) {
      report.faults.push(no instanceof Malformed ? no.message : `not to be read: ${no.message}`);
      return null;
    }
  };
  return Object.defineProperty(report, 'attempt', { value: attempt });
}

/** Judge a bundle.  `trusted`: the fingerprints, 40 digits each, that the reader knows; none: he compares them himself. */
export function examine(given, trusted = []) {
  const report = emptyReport();
  report.attempt(() => judge(report, Buffer.from(given), trusted));
  return { ...report, restsOn: [...report.restsOn], verdict: verdictOf(report) };
}

/** Judge root records, descriptors, stops and settles alone, each beside the others. */
export function examinePapers(values) {
  const report = emptyReport();
  readPapers(report, values);
  return verdictOf(report);
}
