// The suite's own tests, as it ships them, against our products; what each came to.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { asked, say } from './asked.mjs';
import { SUITE, serve } from './supergraph.mjs';

const require = createRequire(import.meta.url);
const config = {
  rootDir: dirname(fileURLToPath(import.meta.url)),
  roots: [`${SUITE}/tests`],
  testMatch: ['**/*.test.js'],
  testPathIgnorePatterns: [],
  haste: { retainAllFiles: true },
  setupFilesAfterEnv: ['<rootDir>/asking.cjs'],
  transform: {},
  cacheDirectory: '<rootDir>/node_modules/.cache',
  watchman: false,
};

async function tested(router) {
  const env = { ...process.env, PRODUCTS_URL: asked.address, PRODUCTS_TOKEN: asked.token, ROUTER_ADDRESS: router };
  const words = [require.resolve('jest/bin/jest'), '--ci', '--json', '--runInBand', '--config', JSON.stringify(config)];
  const jest = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  let said = '';
  jest.stdout.on('data', (chunk) => (told += chunk));
  jest.stderr.on('data', (chunk) => (said += chunk));
  await new Promise((ended) => jest.on('close', ended));
  try {
    return JSON.parse(told).testResults.flatMap(({ assertionResults }) => assertionResults);
  } catch {
    throw new Error(said);
  }
}

const { TESTS } = require(`${SUITE}/testRunner.js`);
const router = await serve(asked);
try {
  const found = await tested(router.address);
  say({
    // what the suite reports on: several tests each, or one
    rows: TESTS.map(({ assertion }) => assertion),
    tests: found.map(({ ancestorTitles, fullName, status, failureMessages }) => ({
      row: ancestorTitles[0] ?? fullName,
      name: fullName,
      passed: status === 'passed',
      said: failureMessages.join('\n'),
    })),
  });
} finally {
  await router.close();
}
