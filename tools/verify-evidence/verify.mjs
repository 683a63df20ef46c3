// node tools/verify-evidence/verify.mjs BUNDLE [--root FINGERPRINT-DIGITS ...] [--json]
// Ends with 0 when the bundle is valid, 1 when it is not, 2 when it could not be read.

import { readFileSync } from 'node:fs';

import { examine } from './bundle.mjs';
import { plain, printed } from './report.mjs';

const USAGE = 'usage: verify.mjs BUNDLE [--root FINGERPRINT-DIGITS ...] [--json]\nA fingerprint has 8 groups of 5 digits.';
const DIGITS = 40;

/** The words of the command; the digits of a fingerprint may stand together or in groups, several after one --root. */
function asked(words) {
  const wish = { files: [], roots: [], isJson: false };
  let digits = null;
  for (const word of words) {
    if (word === '--json') wish.isJson = true;
    else if (word === '--root') digits = digits ?? '';
    else if (digits !== null && /^[\d\s-]+$/.test(word)) digits += word.replace(/\D/g, '');
    else wish.files.push(word);
  }
  wish.roots = digits?.match(/\d{1,40}/g) ?? [];
  const isWhole = digits === null || (wish.roots.length > 0 && digits.length % DIGITS === 0);
  return wish.files.length === 1 && isWhole ? wish : null;
}

function main(words) {
  const wish = asked(words);
  if (!wish) throw new Error(USAGE);
  const report = examine(readFileSync(wish.files[0]), wish.roots);
  console.log(wish.isJson ? JSON.stringify(plain(report), null, 2) : printed(report));
  return report.verdict === 'valid' ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (no) {
  console.error(no.message);
  process.exitCode = 2;
}
