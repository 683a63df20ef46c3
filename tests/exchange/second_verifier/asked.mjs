// What the tests ask of the second verifier without starting it a thousand times: a question by name, its matter as JSON.
//   mldsa44: [[key, message, signature], ...] -> [whether each verifies, ...]
//   judge:   [bundle, ...]                    -> [[verdict, [fault, ...]], ...]
//   encode:  [number or text, ...]             -> [its encoding, ...]; a number may be given as {"number": digits}
//   judge-without-shake: the same, by a Node whose OpenSSL has no SHAKE, as some do
//   damage:  bundle -> how many bundles with one byte changed or the end cut off were tried, and which were taken

import crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

import { examine } from '../../../tools/verify-evidence/bundle.mjs';
import { encode } from '../../../tools/verify-evidence/cbor.mjs';
import { verifies } from '../../../tools/verify-evidence/mldsa44.mjs';
import { plain, printed } from '../../../tools/verify-evidence/report.mjs';

const bytes = (hex) => Buffer.from(hex, 'hex');

function judge(given) {
  const report = examine(given);
  printed(report);
  JSON.stringify(plain(report));
  const bad = report.signatures.filter(({ state }) => state === 'bad').map(({ of }) => `bad signature of ${of}`);
  return [report.verdict, [...report.faults, ...bad]];
}

// A fault of the program that was caught counts as taken: nothing a stranger writes may come to that.
const isTaken = ([verdict, faults]) => verdict !== 'not valid' || faults.some((fault) => fault.startsWith('not to be read'));

const CHANGES = [0x01, 0x80, 0x20, 0xff, 0x02, 0x40, 0x10, 0x04, 0x08];

function* damaged(given, every) {
  for (let at = 0; at < given.length; at += every) {
    yield [`cut at ${at}`, given.subarray(0, at)];
    const other = Buffer.from(given);
    other[at] ^= CHANGES[(at / every) % CHANGES.length];
    yield [`byte ${at} changed`, other];
  }
  yield ['one byte more', Buffer.concat([given, Buffer.of(0)])];
}

function damage({ bundle, every }) {
  const all = [...damaged(bytes(bundle), every)];
  return { tried: all.length, taken: all.filter(([, given]) => isTaken(judge(given))).map(([how]) => how) };
}

function judgeWithoutShake(all) {
  const { createHash } = crypto;
  crypto.createHash = (name, ...rest) => createHash(name.startsWith('shake') ? 'no-such-hash' : name, ...rest);
  syncBuiltinESMExports();
  return all.map((one) => judge(bytes(one)));
}

const QUESTIONS = {
  mldsa44: (all) => all.map((one) => verifies(...one.map(bytes))),
  'judge-without-shake': judgeWithoutShake,
  judge: (all) => all.map((one) => judge(bytes(one))),
  encode: (all) => all.map((one) => encode(one.number ? BigInt(one.number) : one).toString('hex')),
  damage,
};

console.log(JSON.stringify(QUESTIONS[process.argv[2]](JSON.parse(readFileSync(0, 'utf8')))));
