// Writes the licence of every package that the explorer is built from beside the files that are served.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const texts = new Map();
for (const [folder, told] of Object.entries(packages)) {
  if (!folder || told.dev || told.optional) continue;
  const name = `${folder.replace(/^.*node_modules\//, '')} ${told.version} (${told.license ?? 'no licence named'})`;
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : 'No text comes with the package.';
  texts.set(text, [...(texts.get(text) ?? []), name]);
}
const parts = [...texts].map(([text, names]) => `${names.sort().join('\n')}\n\n${text}\n`);
writeFileSync('../../gateway/explorer/static/licences.txt', parts.sort().join(`\n${'-'.repeat(80)}\n\n`));
