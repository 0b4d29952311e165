// What a script is told, as JSON on its input, and how it says what it found.
import { readFileSync } from 'node:fs';

export const asked = JSON.parse(readFileSync(0, 'utf8'));
export const say = (found) => console.log(JSON.stringify(found));
