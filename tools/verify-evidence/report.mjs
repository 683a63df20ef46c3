// A judged bundle as a person reads it, and as a program does.

const CLASSES = ['flash', 'operational', 'business', 'bulk'];
const MEANINGS = {
  message: 'the sender sent this message', 'two heads': 'the sender signed two histories of one length',
  'reused sequence': 'the sender signed two statements with one number',
  'broken head': 'the sender signed a head that the statements do not give',
  'two receipts': 'the receiver signed for two histories of one length',
};

// Names and payloads come from strangers: signs that steer a terminal or turn the direction of writing are shown by number.
const shown = (text) => String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`);

/** The report in what JSON can hold: bytes as hexadecimal digits, great integers as text. */
export function plain(value) {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return value.toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

function instant(milliseconds) {
  const date = new Date(Number(milliseconds));
  return Number.isNaN(date.getTime()) ? `${milliseconds} ms` : date.toISOString();
}

function sayObject({ name, ...fields }) {
  for (const key of ['issued', 'expires']) if (typeof fields[key] === 'bigint') fields[key] = instant(fields[key]);
  const parts = Object.entries(plain(fields)).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return `  ${name}: ${shown(parts.join(', '))}`;
}

function sayPayload({ claimName, details }) {
  if (claimName !== 'message' || !details) return [];
  return [`  payload: ${details.payload === null ? 'erased' : shown(details.payload.toString('utf8'))}`];
}

function sayAdministration({ code, names, digits, isDemonstration, isNeeded, isTrusted }) {
  const marks = [isTrusted ? 'as given' : 'compare it'];
  if (isDemonstration) marks.push('DEMONSTRATION ONLY');
  if (!isNeeded) marks.push('not needed for the claim');
  return `  ${code}  ${digits}  (${marks.join('; ')})  ${names.map(shown).join(' | ')}`;
}

function saySignature({ state, of, algorithm, key }) {
  return `  ${state.padEnd(9)}  ${of}, ${algorithm}, key ${key ?? 'not known'}`;
}

const indented = (line) => `  ${shown(line)}`;
const section = (title, lines) => (lines.length > 0 ? [title, ...lines] : []);

function sayClaim(report) {
  const { claim, claimName, stream, guilty, said } = report;
  return [
    `Claim    ${claim} ${claimName}: ${MEANINGS[claimName]}`,
    `Stream   ${stream[0]} to ${stream[1]}, class ${stream[2]} ${CLASSES[stream[2]]}, epoch ${stream[3]}`,
    `Guilty   ${guilty ?? 'nobody'}`,
    ...section('What was said', [...said.map(sayObject), ...sayPayload(report)]),
  ];
}

/** The report as a person reads it, the verdict in the last line. */
export function printed(report) {
  return [
    ...(report.claim ? sayClaim(report) : ['This is no evidence bundle.']),
    ...section('Signatures', report.signatures.map(saySignature)),
    ...section('Fingerprints of the administrations', report.administrations.map(sayAdministration)),
    ...section('To be known', report.notes.map(indented)),
    ...section('Faults', report.faults.map(indented)),
    `Verdict  ${report.verdict}`,
  ].join('\n');
}
